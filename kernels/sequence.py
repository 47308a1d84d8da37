"""What recurrent operators share: the time axis and the directions.

A layer is one direction: it takes the operator's operands, the input and the auxiliary input,
both (T, B, n), and returns (T, B, units). Operators have (T, B, n) if ``time_major``, else
(B, T, n).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from kernels.node import Array, Node, Run

Operands = tuple[Array, ...]
Layer = Callable[[Operands, Array, "Array | None"], Array]


def single_step(layer: Layer) -> Run:
    """The kernel of an operator without a time axis: input (B, n), output (B, units)."""

    def run(*operands: Array) -> Operands:
        return (layer(operands, operands[0][np.newaxis], None)[0],)

    return run


def unidirectional(layer: Layer, time_major: bool) -> Run:
    """The kernel of an operator with one direction."""

    def run(*operands: Array) -> Operands:
        output = layer(operands, _swap_layout(operands[0], time_major), None)
        return (_swap_layout(output, time_major),)

    return run


def bidirectional(
    node: Node, forward: Layer, backward: Layer, auxiliary_input: int, auxiliary_weight: int
) -> Run:
    """The kernel of an operator with two directions: one output if ``merge_outputs``.

    An auxiliary input without weights is the backward output of the layer below, and then the
    input of the backward direction.
    """
    weighted = node.optional(auxiliary_weight) is not None
    stacked = not weighted and node.optional(auxiliary_input) is not None
    time_major = node.options.time_major

    def run(*operands: Array) -> Operands:
        x = _swap_layout(operands[0], time_major)
        below = _swap_layout(operands[auxiliary_input], time_major) if stacked else x
        auxiliary = _swap_layout(operands[auxiliary_input], time_major) if weighted else None
        outputs = [forward(operands, x, auxiliary), backward(operands, below, auxiliary)]
        if node.options.merge_outputs:
            outputs = [np.concatenate(outputs, axis=2)]
        return tuple(_swap_layout(output, time_major) for output in outputs)

    return run


def _swap_layout(x: Array, time_major: bool) -> Array:
    """(T, B, n) of an operator's layout, and back."""
    return np.ascontiguousarray(x if time_major else x.swapaxes(0, 1))


def steps(length: int, backward: bool) -> Iterable[int]:
    """The time steps in the order in which a direction visits them."""
    return range(length - 1, -1, -1) if backward else range(length)


def flat_rows(x: Array) -> Array:
    """(T, B, n) as (T * B, n): rows do not depend on each other, so that a layer multiplies
    those of all steps at once."""
    return x.reshape(x.shape[0] * x.shape[1], x.shape[2])
