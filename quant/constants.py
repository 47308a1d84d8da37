"""The constants of a model and who reads them."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from kernels.model import Model, Operator, Tensor


@dataclass(frozen=True)
class Use:
    """An operator that reads a constant: indices into the model."""

    subgraph: int
    operator: int
    operand: int
    tensor: int


@dataclass(frozen=True)
class Constant:
    """A buffer, every tensor ``(subgraph, tensor)`` that shows it, and every use of those.

    Several tensors may show one buffer, in one subgraph or in several.
    """

    buffer: int
    tensors: tuple[tuple[int, int], ...]
    uses: tuple[Use, ...]


def find_constants(model: Model) -> tuple[Constant, ...]:
    """All constants of all subgraphs, in the order of their first tensors."""
    tensors: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for s, subgraph in enumerate(model.subgraphs):
        for t, tensor in enumerate(subgraph.tensors):
            if len(model.buffers[tensor.buffer]):
                tensors[tensor.buffer].append((s, t))
    uses = _uses(model)
    return tuple(
        Constant(buffer, tuple(shown), tuple(use for place in shown for use in uses[place]))
        for buffer, shown in tensors.items()
    )


def _uses(model: Model) -> dict[tuple[int, int], list[Use]]:
    uses: dict[tuple[int, int], list[Use]] = defaultdict(list)
    for s, subgraph in enumerate(model.subgraphs):
        for o, operator in enumerate(subgraph.operators):
            for operand, tensor in enumerate(operator.inputs):
                uses[s, tensor].append(Use(s, o, operand, tensor))
    return uses


def elements(tensor: Tensor) -> int:
    """How many values the tensor has."""
    return math.prod(tensor.shape)


def operator_of(model: Model, use: Use) -> Operator:
    """The operator that reads."""
    return model.subgraphs[use.subgraph].operators[use.operator]


def tensor_of(model: Model, use: Use) -> Tensor:
    """The tensor that is read."""
    return model.subgraphs[use.subgraph].tensors[use.tensor]
