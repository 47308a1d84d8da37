"""The bias of a linear operator, and another one in its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import constant
from kernels.equivariance import LINEAR
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Subgraph, Tensor

Place = tuple[int, int]
"""A subgraph and an operator of it."""


def bias_tensor(operator: Operator) -> int:
    """The index of a linear operator's bias, OPTIONAL_TENSOR where it has none."""
    bias = LINEAR[operator.name].bias
    return operator.inputs[bias] if bias < len(operator.inputs) else OPTIONAL_TENSOR


def bias_values(model: Model, place: Place) -> NDArray[np.float32] | None:
    """The bias of a linear operator; None where it has none, or one that is not constant."""
    subgraph = model.subgraphs[place[0]]
    index = bias_tensor(subgraph.operators[place[1]])
    return None if index == OPTIONAL_TENSOR else constant(model, subgraph.tensors[index])


def with_bias(model: Model, place: Place, values: NDArray[Any]) -> Model:
    """The model with another bias of the operator at ``place``: in the buffer of the one that it
    has, unless that is shown or read elsewhere too or there is none; then in its own.

    values: (channels,).
    """
    s, o = place
    subgraph = model.subgraphs[s]
    index = bias_tensor(subgraph.operators[o])
    data = np.ascontiguousarray(values, np.float32).tobytes()
    if index != OPTIONAL_TENSOR and _is_own(model, subgraph.tensors[index].buffer):
        buffers = list(model.buffers)
        buffers[subgraph.tensors[index].buffer] = data
        return replace(model, buffers=tuple(buffers))
    subgraphs = list(model.subgraphs)
    subgraphs[s] = _with_tensor(subgraph, o, len(values), len(model.buffers))
    return replace(model, buffers=(*model.buffers, data), subgraphs=tuple(subgraphs))


def _is_own(model: Model, buffer: int) -> bool:
    shown = [
        (s, t)
        for s, subgraph in enumerate(model.subgraphs)
        for t, tensor in enumerate(subgraph.tensors)
        if tensor.buffer == buffer
    ]
    reads = sum(
        indices.count(t)
        for s, t in shown
        for indices in (
            model.subgraphs[s].outputs,
            *(operator.inputs for operator in model.subgraphs[s].operators),
        )
    )
    return len(shown) == 1 and reads == 1


def _with_tensor(subgraph: Subgraph, o: int, channels: int, buffer: int) -> Subgraph:
    """The subgraph with a new tensor as the operator's bias."""
    operator = subgraph.operators[o]
    bias = LINEAR[operator.name].bias
    inputs = [*operator.inputs, *[OPTIONAL_TENSOR] * (bias + 1 - len(operator.inputs))]
    inputs[bias] = len(subgraph.tensors)
    operators = list(subgraph.operators)
    operators[o] = replace(operator, inputs=tuple(inputs))
    made = Tensor(f"bias_{o}", "FLOAT32", (channels,), buffer)
    return replace(subgraph, tensors=(*subgraph.tensors, made), operators=tuple(operators))
