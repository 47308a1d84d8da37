"""A recipe: which constants become what, as data.

The BUILD attributes, the command line, Python and a JSON file all parse to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any

from kernels.errors import RecipeError
from kernels.int8 import INT8, LITERT, TARGET_RUNTIMES
from kernels.tflite.schema import OPTIONS

DYNAMIC_RANGE = "dynamic_range"
"""Weights are int8 with one scale per channel or tensor, activations stay float."""
FLOAT = "float"
"""Nothing changes."""
SCHEMES = (DYNAMIC_RANGE, FLOAT)

ANY_OPERATOR = "*"


@dataclass(frozen=True)
class Rule:
    """Constants that an operator reads, and the scheme for them.

    ``operator`` is the schema's name or ``*``; ``tensor`` is a regex that is searched in the
    constant's name; ``subgraph`` is an index, and ``signature`` a key: it means the subgraph
    of that signature and those which it calls. What is None matches everything.
    """

    scheme: str
    operator: str = ANY_OPERATOR
    tensor: str | None = None
    subgraph: int | None = None
    signature: str | None = None

    def __post_init__(self) -> None:
        _check_scheme(self.scheme)
        if self.operator != ANY_OPERATOR:
            _check_operator(self.operator, self.scheme)
        if self.tensor is not None:
            _check_regex(self.tensor)

    def __str__(self) -> str:
        parts = [f"operator {self.operator}"] if self.operator != ANY_OPERATOR else []
        parts += [f"regex {self.tensor}"] if self.tensor is not None else []
        parts += [f"subgraph {self.subgraph}"] if self.subgraph is not None else []
        parts += [f"signature {self.signature}"] if self.signature is not None else []
        return ", ".join(parts) or "every constant"


@dataclass(frozen=True)
class Recipe:
    """How to quantize a model.

    The first rule that matches a constant decides its scheme; where none does, ``scheme``.
    ``keep_float`` are regexes of tensor names: each a rule before all others, with scheme
    float. ``target_runtime`` is where the model will run.

    ``min_elements`` is the converter's threshold: a smaller weight stays float, unless
    ``min_saving`` says otherwise. That is a fraction of the float model's constant bytes, and
    a weight which alone saves as much is quantized however small it is: in a tiny model small
    weights are much of the file (the depthwise filters of MLPerf Tiny's keyword spotting have
    576 elements, 2.5 % of its bytes each), in a large one they are nothing and cost accuracy.
    With 0.002 no model that the project is measured on is larger than what the TFLite
    converter or litert-quantizer, which has no threshold, makes of it. ``min_saving = 1``
    leaves the converter's plain threshold, ``min_elements = 1`` quantizes every weight that
    this makes smaller. The weights of an operator that takes all or none count as one.
    """

    scheme: str = DYNAMIC_RANGE
    rules: tuple[Rule, ...] = ()
    keep_float: tuple[str, ...] = ()
    target_runtime: str = LITERT
    min_elements: int = 1024
    min_saving: float = 0.002

    def __post_init__(self) -> None:
        _check_scheme(self.scheme)
        _check_choice("target_runtime", self.target_runtime, TARGET_RUNTIMES)
        for regex in self.keep_float:
            _check_regex(regex)
        if self.min_elements < 0:
            raise RecipeError(
                f"min_elements is {self.min_elements}.", "Give 0 or more; the default is 1024."
            )
        if not 0.0 <= self.min_saving <= 1.0:
            raise RecipeError(
                f"min_saving is {self.min_saving}.",
                f"Give a fraction of the file from 0 to 1; the default is {Recipe.min_saving}.",
            )

    @property
    def ordered_rules(self) -> tuple[Rule, ...]:
        """All rules in the order in which they are tried, ``keep_float`` first."""
        return (*(Rule(FLOAT, tensor=regex) for regex in self.keep_float), *self.rules)

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
        values = {key: _value(key, value) for key, value in given.items()}
        return Recipe(**values)

    def to_json(self) -> str:
        """JSON text that ``parse`` reads back to an equal recipe; fields in a fixed order."""
        given = {**asdict(self), "rules": [_given(rule) for rule in self.rules]}
        return json.dumps(given, indent=2) + "\n"


def keep_float_line(name: str, others: Collection[str] = ()) -> str:
    """The recipe line that keeps the tensor ``name`` float and none of ``others``, to paste.

    Converters join the names of fused operators by semicolons: the shortest one will do if it
    is in no other name.
    """
    parts = sorted(filter(None, name.split(";")), key=len) if others else []
    own = (part for part in parts if not any(part in other for other in others if other != name))
    part = next(own, None)
    regex = f"^{re.escape(name)}$" if part is None else re.escape(part)
    return f"keep_float = [{json.dumps(regex)}]"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise RecipeError(f"The recipe is not JSON: {error}.", "Correct the text.") from error


def _given(rule: Rule) -> dict[str, Any]:
    return {key: value for key, value in asdict(rule).items() if value is not None}


def _object(given: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise RecipeError(
            f"{what} is {given!r}.", 'Give an object with keys, such as {"scheme": "float"}.'
        )
    return given


def _value(key: str, value: Any) -> Any:
    """The value of a recipe's field, of the type that the field has."""
    match key:
        case "rules":
            return tuple(_rule(i, rule) for i, rule in enumerate(_list(key, value)))
        case "keep_float":
            return tuple(
                _typed(f"keep_float[{i}]", v, str) for i, v in enumerate(_list(key, value))
            )
        case "min_elements":
            return _typed(key, value, int)
        case "min_saving":
            return float(_typed(key, value, int, float))
        case _:
            return _typed(key, value, str)


def _rule(index: int, source: Any) -> Rule:
    what = f"rules[{index}]"
    given = _object(source, what)
    _check_keys(given, Rule, what)
    if "scheme" not in given:
        raise RecipeError(f"{what} has no scheme.", f"Give one of {', '.join(SCHEMES)}.")
    for key, value in given.items():
        if value is not None:
            _typed(f"{what}.{key}", value, int if key == "subgraph" else str)
    return Rule(**given)


def _list(key: str, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise RecipeError(f"{key} is {value!r}.", f"Give a list: {json.dumps([value])}.")
    return list(value)


def _typed(key: str, value: Any, *types: type) -> Any:
    if not isinstance(value, types) or isinstance(value, bool):
        names = " or ".join(t.__name__ for t in types)
        raise RecipeError(f"{key} is {value!r}, a {type(value).__name__}.", f"Give {names}.")
    return value


def _check_keys(given: Mapping[str, Any], kind: type, what: str) -> None:
    known = [field.name for field in fields(kind)]
    for key in given:
        if key not in known:
            raise RecipeError(f"{what} has an unknown key '{key}'.", _similar(key, known))


def _check_scheme(scheme: str) -> None:
    _check_choice("scheme", scheme, SCHEMES)


def _check_operator(operator: str, scheme: str) -> None:
    takers = sorted(INT8)
    if operator not in OPTIONS:
        raise RecipeError(f"operator '{operator}' is unknown.", _similar(operator, takers))
    if scheme != FLOAT and operator not in takers:
        raise RecipeError(
            f"A rule gives operator {operator} scheme {scheme}, but {operator} takes no int8.",
            f"Give one of {', '.join(takers)}.",
        )


def _check_choice(field: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise RecipeError(f"{field} '{value}' is unknown.", _similar(value, known))


def _similar(value: str, known: Sequence[str]) -> str:
    close = get_close_matches(value, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Give one of {', '.join(known)}."


def _check_regex(regex: str) -> None:
    try:
        re.compile(regex)
    except re.error as error:
        raise RecipeError(
            f"'{regex}' is not a regex: {error}.",
            "Correct it; a backslash escapes one of .^$*+?{}[]()|\\ in a name.",
        ) from error
