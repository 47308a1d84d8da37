"""A case: a model of one operator, made from a point on the axes of its family, and its inputs.

Everything follows from the operator and the point: the seed is a digest of both, so that a case
stays what it is when others come and go.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from kernels.errors import TfliteQuantError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.node import REFERENCE, Array
from kernels.tflite.writer import model_bytes
from tools.conformance.draw import Draw
from tools.conformance.model_builder import Value, single_operator

Point = SimpleNamespace
"""A value for every axis of the family, and ``operator``."""


@dataclass(frozen=True)
class Sketch:
    """The operands and options of an operator. The shapes of the outputs are not known yet;
    operands that are absent at the end are left out unless ``keeps_absent``. ``model`` makes the
    model of the outputs where the operator does not stand alone."""

    inputs: Sequence[Value | None]
    outputs: Sequence[Value]
    options: Mapping[str, Any] | None = None
    version: int = 1
    invocations: int = 1
    intermediates: Sequence[Value] = ()
    keeps_absent: bool = False
    model: Callable[[Sequence[Value]], Model] | None = None


@dataclass(frozen=True)
class Family:
    """Operators that vary along the same axes.

    ``axes`` must have "type". ``sketch`` returns None for a point that makes no model.
    ``cases`` is how many points to take for one operator and type, of all that there are.
    """

    operators: tuple[str, ...]
    axes: Mapping[str, Sequence[Any]]
    sketch: Callable[[Draw, Point], Sketch | None]
    cases: int = 12


@dataclass(frozen=True)
class Built:
    """A model and its invocations, one after the other: the inputs of each by name, in order."""

    model: Model
    feeds: tuple[dict[str, Array], ...]

    @cached_property
    def content(self) -> bytes:
        """The model as a file."""
        return model_bytes(self.model)

    def first(self) -> Built:
        """With its first invocation alone."""
        return Built(self.model, self.feeds[:1])


@dataclass(frozen=True)
class Case:
    """A point of a family for one of its operators."""

    family: Family
    operator: str
    point: tuple[tuple[str, Any], ...]

    @property
    def type(self) -> str:
        """What it computes with: "float32", "int8", "hybrid-int4"..."""
        return str(dict(self.point)["type"])

    @property
    def text(self) -> str:
        """The operator and the point, to read."""
        return f"{self.operator} " + " ".join(f"{axis}={value}" for axis, value in self.point)

    @property
    def key(self) -> str:
        """A short name that no other case has."""
        return f"{self.operator}/{self.type}/{zlib.crc32(self.text.encode()):08x}"

    def build(self) -> Built | None:
        """The model and its inputs; None if the point makes no model or no kernel takes it.

        The outputs get the shapes that our kernel gives them: delegates read them before any
        kernel runs. That LiteRT arrives at the same shapes is part of the comparison.
        """
        made = self._sketched()
        if made is None:
            return None
        sketch, unshaped = made
        try:
            shapes = [value.shape for value in run(unshaped.first(), REFERENCE)]
        except UnsupportedOperatorError:
            return None
        except TfliteQuantError:  # whoever runs the case finds out
            return unshaped
        shaped = [
            replace(value, tensor=replace(value.tensor, shape=shape))
            for value, shape in zip(sketch.outputs, shapes, strict=True)
        ]
        return Built(self._model(sketch, shaped), unshaped.feeds)

    def unshaped(self) -> Built | None:
        """The model whose outputs have no shape, and its inputs, whether or not a kernel takes
        it; None if the point makes no model."""
        made = self._sketched()
        return None if made is None else made[1]

    def _sketched(self) -> tuple[Sketch, Built] | None:
        draw = Draw(np.random.default_rng(zlib.crc32(self.text.encode())))
        sketch = self.family.sketch(draw, Point(operator=self.operator, **dict(self.point)))
        if sketch is None:
            return None
        model = self._model(sketch, sketch.outputs)
        names = model.signatures[0].inputs
        drawn = [draw.feed() for _ in range(sketch.invocations)]
        feeds = tuple({name: feed[name] for name in names} for feed in drawn)
        return sketch, Built(model, feeds)

    def _model(self, sketch: Sketch, outputs: Sequence[Value]) -> Model:
        if sketch.model is not None:
            return sketch.model(outputs)
        inputs = list(sketch.inputs)
        while inputs[-1] is None and not sketch.keeps_absent:
            inputs.pop()
        return single_operator(
            self.operator,
            inputs,
            outputs,
            sketch.options,
            sketch.version,
            intermediates=sketch.intermediates,
        )


def run(built: Built, numerics: str) -> list[Array]:
    """What this runtime computes: the outputs of one invocation after the other."""
    interpreter = Interpreter(built.model, numerics)
    invoke = partial(interpreter.invoke, None)
    return [output for feed in built.feeds for output in invoke(**feed).values()]


def cases_of(family: Family) -> Iterator[Case]:
    """The cases of a family: for every operator and type a seeded choice of points."""
    others = {axis: values for axis, values in family.axes.items() if axis != "type"}
    product = itertools.product(*others.values())
    points = list(dict.fromkeys(tuple(zip(others, values, strict=True)) for values in product))
    for operator, type_ in itertools.product(family.operators, family.axes["type"]):
        rng = np.random.default_rng(zlib.crc32(f"{operator} {type_}".encode()))
        chosen = rng.choice(len(points), min(family.cases, len(points)), replace=False)
        for index in sorted(chosen.tolist()):
            yield Case(family, operator, (("type", type_), *points[index]))
