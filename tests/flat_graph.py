"""Steps as the tests of lowerings write them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from kernels.flat.assembly import allocate
from kernels.flat.copies import copy
from kernels.flat.instruction import Lowered
from kernels.flat.lowering import lower_segment
from kernels.flat.steps import FlatStep, flat_steps
from kernels.flat.team import Team
from kernels.flat.value import new_value
from kernels.limits import Limits
from kernels.meter import Meter
from kernels.model import Tensor
from kernels.node import Node, Operand
from kernels.program import Program
from tests.flat_kernels import called

SIZE = 3
VARIABLE = 9
"""The number of a tensor that is a variable."""


def add(node, inputs):
    x, y = inputs
    z = new_value(x.shape, np.int64)
    return Lowered((z,), (called("add", x, y, z, chunks=z.count),))


def less(node, inputs):
    answer = new_value((), np.bool_)
    return Lowered((answer,), (called("less", *inputs, answer),))


def count(node, inputs):
    return Lowered((inputs[0],), (called("count", inputs[0], chunks=inputs[0].count),))


def counted(node, inputs):
    """A copy, whose first element is one more."""
    made = new_value(inputs[0].shape, np.int64)
    return Lowered((made,), (copy(inputs[0], made), called("count", made)))


def view(node, inputs):
    return Lowered((inputs[0].reshaped((SIZE, 1)),))


def four(node, inputs):
    return Lowered((np.full(SIZE, 4),))


LOWERINGS = {
    "ADD": add,
    "COUNT": count,
    "COUNTED": counted,
    "FOUR": four,
    "LESS": less,
    "PLAIN": None,
    "VIEW": view,
}


class Graph:
    """Steps written as ("ADD", inputs, outputs)."""

    def __init__(self, *steps, outputs=(), constants=None, fusions=(), limits=None, lower=None):
        self.limits = limits or Limits()
        self.fusions, self.lowerings = fusions, {**LOWERINGS, **(lower or {})}
        made = [self.step(number, *step) for number, step in enumerate(steps)]
        self.outputs = outputs
        self.steps = flat_steps(made, constants or {}, outputs)

    def step(self, number, name, inputs, outputs, options=None, programs=()):
        operands = tuple(
            None if i < 0 else Operand(Tensor(f"t{i}", "INT64", (SIZE,), is_variable=i == VARIABLE))
            for i in inputs
        )
        made = tuple(Operand(Tensor(f"t{i}", self.type(name), (SIZE,))) for i in outputs)
        node = Node(
            number,
            name,
            SimpleNamespace(**(options or {})),
            operands,
            made,
            "xnnpack",
            program=programs.__getitem__,
            limits=self.limits,
        )
        fusions = tuple(fusion for fusion in self.fusions if fusion.first == name)
        where = f"Operator {number} ({name})"
        return FlatStep(where, node, self.lowerings[name], fusions, None, inputs, outputs)

    def type(self, name):
        return "BOOL" if name == "LESS" else "INT64"

    def program(self, *inputs, booleans=()):
        """As a subgraph."""
        tensors = tuple(
            Tensor(f"t{i}", "BOOL" if i in booleans else "INT64", (SIZE,)) for i in range(100)
        )
        steps = tuple(self.steps.steps)
        return Program(0, tensors, inputs, self.outputs, steps, {}, (), self.steps)

    def attempt(self, start=0, **values):
        return lower_segment(self.steps, start, _numbered(values))

    def run(self, start=0, **values):
        """The outputs that the segment from a step on makes."""
        segment = self.attempt(start, **values).segment
        made = segment.run(_numbered(values), Meter(self.limits), allocate(segment.size), Team())
        return {index: value.tolist() for index, value in made.items()}


def _numbered(values):
    return {int(name[1:]): np.asarray(value) for name, value in values.items()}
