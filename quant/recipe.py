"""A recipe: which constants become what, as data.

The BUILD attributes, the command line, Python and a JSON file all parse to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from kernels.errors import RecipeError
from kernels.int8 import INT8, LITERT, TARGET_RUNTIMES
from kernels.integer import INTEGER
from kernels.tflite.schema import OPTIONS
from quant.clipping import AUTO, CLIPPINGS
from quant.metrics import METRICS
from quant.rounding import ROUNDINGS
from quant.scheme import (
    DYNAMIC_RANGE,
    FLOAT,
    FLOAT16,
    FULL_INTEGER,
    INT16X8,
    SCHEMES,
    check_target,
)

ANY_OPERATOR = "*"
PER_CHANNEL_BLOCK = 0
BLOCK_SIZES = (PER_CHANNEL_BLOCK, 32, 64, 128, 256)
"""Values that share a scale in int4 weights, along the last dimension; 0: a whole channel."""

FLOAT_IO = "float"
IO_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {FULL_INTEGER: (FLOAT_IO, "int8", "uint8"), INT16X8: (FLOAT_IO, "int16")}
)
"""Scheme -> types that the inputs and outputs of the model may have."""


@dataclass(frozen=True)
class Rule:
    """Constants that an operator reads, and the scheme for them.

    ``operator`` is the schema's name or ``*``; ``tensor`` is a regex that is searched in the
    constant's name; ``subgraph`` is an index, and ``signature`` a key: it means the subgraph
    of that signature and those which it calls. What is None matches everything.
    ``block_size`` is that of the recipe where it is None. ``why`` is shown in the plan.
    """

    scheme: str
    operator: str = ANY_OPERATOR
    tensor: str | None = None
    subgraph: int | None = None
    signature: str | None = None
    block_size: int | None = None
    why: str | None = None

    def __post_init__(self) -> None:
        _check_choice("scheme", self.scheme, tuple(SCHEMES))
        if self.operator != ANY_OPERATOR:
            _check_operator(self.operator, self.scheme)
        if self.tensor is not None:
            _check_regex(self.tensor)
        if self.block_size is not None:
            _check_choice("block_size", self.block_size, BLOCK_SIZES)

    def __str__(self) -> str:
        if self.why is not None:
            return self.why
        parts = [f"operator {self.operator}"] if self.operator != ANY_OPERATOR else []
        parts += [f"regex {self.tensor}"] if self.tensor is not None else []
        parts += [f"subgraph {self.subgraph}"] if self.subgraph is not None else []
        parts += [f"signature {self.signature}"] if self.signature is not None else []
        return ", ".join(parts) or "every constant"


def _option(default: Any, meaning: str, choices: Sequence[Any] = ()) -> Any:
    """A field of a recipe with what is said of it to users, and the values that it may have."""
    return field(default=default, metadata={"meaning": meaning, "choices": tuple(choices)})


@dataclass(frozen=True)
class Recipe:
    """How to quantize a model.

    The first rule that matches a constant decides its scheme; where none does, ``scheme``.
    ``keep_float`` are regexes of tensor names: each a rule before all others, with scheme
    float. ``target_runtime`` is where the model will run.

    ``min_elements`` is the converter's threshold: a smaller weight becomes float16 (float where
    the target has none), unless ``min_saving`` says otherwise. That is a fraction of the float
    model's constant bytes, and a weight which as integers saves as much more than as float16 is
    quantized however small it is: in a tiny model small weights are much of the file, in a large
    one they are nothing and cost accuracy. ``min_saving = 1`` leaves the converter's plain
    threshold, ``min_elements = 1`` quantizes every weight that this makes smaller. The weights of
    an operator that takes all or none count as one.
    """

    scheme: str = _option(DYNAMIC_RANGE, "what weights and activations become", tuple(SCHEMES))
    rules: tuple[Rule, ...] = _option((), "schemes by operator, name, subgraph or signature")
    keep_float: tuple[str, ...] = _option((), "regular expressions of tensors that stay float")
    target_runtime: str = _option(LITERT, "where the model runs", TARGET_RUNTIMES)
    min_elements: int = _option(1024, "smaller weights become float16")
    min_saving: float = _option(
        0.01, "a smaller weight does not, if that costs this fraction of the constants' bytes"
    )
    block_size: int = _option(
        PER_CHANNEL_BLOCK,
        "values that share a scale in int4 weights; 0 for a scale per channel",
        BLOCK_SIZES,
    )
    clipping: str = _option(
        AUTO,
        "the range of a weight's scale; auto takes the best of each channel",
        CLIPPINGS,
    )
    rounding: str = _option(
        AUTO,
        "how weights are rounded; balanced: errors cancel; learned and gptq need data",
        ROUNDINGS,
    )
    equalization: bool = _option(
        True, "evens out the channels of consecutive layers, where their scales are far apart"
    )
    bias_correction: bool = _option(
        True, "takes the mean error of a layer off its bias, where there is data to measure it"
    )
    observer: str = _option(
        "percentile",
        "how ranges of activations follow from data",
        ("percentile", "min_max", "mse", "entropy"),
    )
    io: str = _option(
        FLOAT_IO,
        "type of the inputs and outputs of an integer model",
        (FLOAT_IO, "int8", "uint8", "int16"),
    )
    accuracy_budget: float | None = _option(
        None, "the drop of the metric that is allowed; finds the smallest model within it"
    )
    metric: str = _option("top1", "the metric of the budget", tuple(METRICS))
    metric_output: str | None = _option(None, "the output that the metric judges, if of several")
    strip_names: bool = _option(False, "leaves out the names of tensors within the graph")

    def __post_init__(self) -> None:
        for each in fields(self):
            if each.metadata["choices"]:
                _check_choice(each.name, getattr(self, each.name), each.metadata["choices"])
        for scheme in (self.scheme, *(rule.scheme for rule in self.rules)):
            check_target(scheme, self.target_runtime)
        _check_integer(self.integer_schemes, self.io)
        for regex in self.keep_float:
            _check_regex(regex)
        if self.min_elements < 0:
            raise RecipeError(
                f"min_elements is {self.min_elements}.", "Give 0 or more; the default is 1024."
            )
        for name in ("min_saving", "accuracy_budget"):
            _check_fraction(name, getattr(self, name))

    @property
    def ordered_rules(self) -> tuple[Rule, ...]:
        """All rules in the order in which they are tried, ``keep_float`` first."""
        return (*(Rule(FLOAT, tensor=regex) for regex in self.keep_float), *self.rules)

    @property
    def integer_schemes(self) -> tuple[str, ...]:
        """Those of its schemes under which activations are integers."""
        names = {self.scheme, *(rule.scheme for rule in self.rules)}
        return tuple(sorted(name for name in names if SCHEMES[name].activation is not None))

    @property
    def integer_scheme(self) -> str | None:
        """The one of them that it has, if any."""
        return next(iter(self.integer_schemes), None)

    @staticmethod
    def parse(source: str | Mapping[str, Any] | None) -> Recipe:
        """The recipe that JSON text or its object gives; the default recipe for None.

        Raises RecipeError for what is not JSON, an unknown key, a value of the wrong type,
        and what ``Recipe`` and ``Rule`` themselves reject.
        """
        if source is None:
            return Recipe()
        given = _object(_json(source) if isinstance(source, str) else source, "The recipe")
        _check_keys(given, Recipe, "The recipe")
        known = {each.name: each for each in fields(Recipe)}
        return Recipe(**{key: _value(known[key], value) for key, value in given.items()})

    def to_json(self) -> str:
        """JSON text that ``parse`` reads back to an equal recipe; fields in a fixed order."""
        given = {**_given(self), "rules": [_given(rule) for rule in self.rules]}
        return json.dumps(given, indent=2) + "\n"


def keep_float_line(name: str, others: Collection[str] = ()) -> str:
    """The recipe line that keeps the tensor ``name`` float and none of ``others``, to paste."""
    return f"keep_float = [{json.dumps(keep_float_regex(name, others))}]"


def keep_float_regex(name: str, others: Collection[str] = ()) -> str:
    """What is found in ``name`` and in none of ``others``.

    Converters join the names of fused operators by semicolons: the shortest one will do if it
    is in no other name.
    """
    parts = sorted(filter(None, name.split(";")), key=len) if others else []
    own = (part for part in parts if not any(part in other for other in others if other != name))
    part = next(own, None)
    return f"^{re.escape(name)}$" if part is None else re.escape(part)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise RecipeError(f"The recipe is not JSON: {error}.", "Correct the text.") from error


def _given(value: Rule | Recipe) -> dict[str, Any]:
    return {key: value for key, value in asdict(value).items() if value is not None}


def _object(given: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise RecipeError(
            f"{what} is {given!r}.", 'Give an object with keys, such as {"scheme": "float"}.'
        )
    return given


def _value(known: Field[Any], value: Any) -> Any:
    """The value of a recipe's field, of the type that the field has."""
    key = known.name
    if key == "rules":
        return tuple(_rule(i, rule) for i, rule in enumerate(_list(key, value)))
    if key == "keep_float":
        return tuple(_typed(f"keep_float[{i}]", v, str) for i, v in enumerate(_list(key, value)))
    if value is None and known.default is None:
        return None
    if known.type in ("float", "float | None"):
        return float(_typed(key, value, int, float))
    if known.default is None:
        return _typed(key, value, str)
    return _typed(key, value, type(known.default))


def _rule(index: int, source: Any) -> Rule:
    what = f"rules[{index}]"
    given = _object(source, what)
    _check_keys(given, Rule, what)
    types = {each.name: int if "int" in str(each.type) else str for each in fields(Rule)}
    required = [each.name for each in fields(Rule) if each.default is MISSING]
    for key in required:
        if key not in given:
            raise RecipeError(f"{what} has no {key}.", f"Give one of {', '.join(SCHEMES)}.")
    for key, value in given.items():
        if value is not None:
            _typed(f"{what}.{key}", value, types[key])
    return Rule(**given)


def _list(key: str, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise RecipeError(f"{key} is {value!r}.", f"Give a list: {json.dumps([value])}.")
    return list(value)


def _typed(key: str, value: Any, *types: type) -> Any:
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        names = " or ".join(t.__name__ for t in types)
        raise RecipeError(f"{key} is {value!r}, a {type(value).__name__}.", f"Give {names}.")
    return value


def _check_keys(given: Mapping[str, Any], kind: type, what: str) -> None:
    known = [each.name for each in fields(kind)]
    for key in given:
        if key not in known:
            raise RecipeError(f"{what} has an unknown key '{key}'.", _similar(key, known))


def _check_integer(schemes: Sequence[str], io: str) -> None:
    if len(schemes) > 1:
        raise RecipeError(
            f"the recipe has schemes {' and '.join(schemes)}.",
            "Activations are of one integer type: give one of them.",
        )
    able = [each for each in schemes if io in IO_TYPES[each]]
    if io != FLOAT_IO and not able:
        raise RecipeError(
            f"io is {io}, but under scheme {schemes[0] if schemes else 'of float activations'} "
            "inputs and outputs cannot be that.",
            "int8 and uint8 are of full_integer, int16 is of int16x8; float is of all.",
        )


def _check_operator(operator: str, scheme: str) -> None:
    takers = sorted(INT8 if SCHEMES[scheme].activation is None else INTEGER)
    if operator not in OPTIONS:
        raise RecipeError(f"operator '{operator}' is unknown.", _similar(operator, takers))
    if scheme not in (FLOAT, FLOAT16) and operator not in takers:
        raise RecipeError(
            f"A rule gives operator {operator} scheme {scheme}, but {operator} takes no int8.",
            f"Give one of {', '.join(takers)}.",
        )


def _check_fraction(name: str, value: float | None) -> None:
    if value is not None and not 0.0 <= value <= 1.0:
        raise RecipeError(f"{name} is {value}.", "Give a fraction from 0 to 1, such as 0.01.")


def _check_choice(name: str, value: Any, known: Sequence[Any]) -> None:
    if value not in known:
        raise RecipeError(f"{name} '{value}' is unknown.", _similar(str(value), known))


def _similar(value: str, known: Sequence[Any]) -> str:
    names = [str(each) for each in known]
    close = get_close_matches(value, names, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Give one of {', '.join(names)}."


def _check_regex(regex: str) -> None:
    try:
        re.compile(regex)
    except re.error as error:
        raise RecipeError(
            f"'{regex}' is not a regex: {error}.",
            "Correct it; a backslash escapes one of .^$*+?{}[]()|\\ in a name.",
        ) from error
