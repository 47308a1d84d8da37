"""RNN, UNIDIRECTIONAL_SEQUENCE_RNN, BIDIRECTIONAL_SEQUENCE_RNN, float and hybrid.

One step: ``h = activation(bias + x . W + auxiliary . V + h . R)``, added in this order.
x: (T, B, n) if ``time_major``, else (B, T, n), and (B, n) for RNN; W: (units, n); V like W;
R: (units, units); bias: (units,); h: (B, units), updated in place; output: x's shape with
units as last dimension. Source: tflite/kernels/internal/kernel_utils.cc.

Where LiteRT is wrong the values here are right: its hybrid, time-major bidirectional kernel
repeats the whole sequence once per step, and its batch-major one ignores the second input of
a stacked layer.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernels.activation import fused_activation
from kernels.node import Array, Node, Run
from kernels.sequence import (
    Layer,
    bidirectional,
    flat_rows,
    single_step,
    steps,
    unidirectional,
)
from kernels.weight import accumulate, activation_rows, is_hybrid, weight_matrix

AUXILIARY_INPUT = 9
"""Operand number in a bidirectional operator."""


@dataclass(frozen=True)
class Direction:
    """The operand numbers of one direction."""

    input: int
    recurrent: int
    bias: int
    state: int
    auxiliary: int
    backward: bool = False


FORWARD = Direction(1, 2, 3, 4, 10)
BACKWARD = Direction(5, 6, 7, 8, 11, backward=True)


def prepare(node: Node) -> Run:
    """Returns the kernel of RNN, a single step."""
    return single_step(_layer(node, FORWARD))


def prepare_sequence(node: Node) -> Run:
    """Returns the kernel of UNIDIRECTIONAL_SEQUENCE_RNN."""
    return unidirectional(_layer(node, FORWARD), node.options.time_major)


def prepare_bidirectional(node: Node) -> Run:
    """Returns the kernel of BIDIRECTIONAL_SEQUENCE_RNN."""
    forward, backward = _layer(node, FORWARD), _layer(node, BACKWARD)
    return bidirectional(node, forward, backward, AUXILIARY_INPUT, FORWARD.auxiliary)


def _layer(node: Node, direction: Direction) -> Layer:
    """One direction: operands, x (T, B, n) and the auxiliary input to (T, B, units)."""
    weights = (direction.input, direction.recurrent, direction.auxiliary)
    hybrid = is_hybrid(node, weights=weights)
    rows = activation_rows(hybrid, node.options.asymmetric_quantize_inputs)
    activation = fused_activation(node.options.fused_activation_function)
    matrices = {number: weight_matrix(node.operand(number)) for number in weights[:2]}
    if node.optional(direction.auxiliary) is not None:
        matrices[direction.auxiliary] = weight_matrix(node.operand(direction.auxiliary))

    def layer(operands: tuple[Array, ...], x: Array, auxiliary: Array | None) -> Array:
        weight = {number: matrix(operands[number]) for number, matrix in matrices.items()}
        flat = accumulate(operands[direction.bias], rows(flat_rows(x)), weight[direction.input])
        if auxiliary is not None:
            extra = rows(flat_rows(auxiliary))
            flat = accumulate(flat, extra, weight[direction.auxiliary])
        output = flat.reshape(*x.shape[:2], -1)
        state = operands[direction.state].reshape(output.shape[1:])
        for step in steps(len(x), direction.backward):
            total = accumulate(output[step], rows(state), weight[direction.recurrent])
            state[...] = output[step] = activation(total)
        return output

    return layer
