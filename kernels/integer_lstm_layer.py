"""One direction of an LSTM in integers: int8 inputs, outputs and weights, int16 gates and cells.

    gate = x . W + h . R + peephole * c               (each rounded to the gate's scale, int16)
    gate = layer normalization of the gate * norm + bias    (if there is one)
    c    = clip(forget * c + input * cell)                  (input = 1 - forget in a CIFG)
    h    = output * tanh(c), then clip(h . P + projection bias) with a projection

x: (T, B, n) int8; W, V, R, P: int8, as in ``kernels.lstm_layer``; peephole, norm: (cells,) int16;
biases: int32; h: (B, outputs) int8 and c: (B, cells) int16, updated in place. Activations are
the logistic function and tanh, whatever the operator says. The scale of c is a power of 2.

With a projection LiteRT counts peepholes by outputs, not cells; not so here. The variant with
8-bit gates, which has 12 intermediate tensors, is refused: LiteRT's reads past its arrays.
Source: ``LstmStepInteger8x8_16`` of tflite/kernels/lstm_eval.cc.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kernels.element_types import require_type
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.fixed_point import INT16
from kernels.integer_layer_norm import integer_layer_norm
from kernels.integer_matmul import exact_sums
from kernels.lstm_layer import CELL, FORGET, GATES, INPUT, Numbers
from kernels.node import Array, Node
from kernels.per_tensor import PerTensor
from kernels.requantization import (
    Multiplier,
    multiply_by_quantized_multiplier,
    rounding_divide_by_pot,
    saturate,
)
from kernels.sequence import Layer, Operands, steps
from kernels.weight import packed

INTERMEDIATES = 5
"""Tensors whose scales are those of the four gates before their normalization, and of
``output * tanh(c)``."""
HIDDEN = 4
GATE_INTEGER_BITS = 3
GATE_SCALE = np.float32(2.0**-12)
"""Of gates without layer normalization."""
UNIT_BITS = 15
"""Of the fraction in what the logistic function and tanh make."""
CELL_INTEGER_BITS = range(7)
LOG2_TOLERANCE = 1e-3

Step = Callable[[Operands, Array, Array, Array], Array]
"""Operands, x and h without their zero points, and c to the gate: int64 with UNIT_BITS."""


@dataclass(frozen=True)
class _Schemes:
    """What the integers of a layer mean; ``cell_bits``: the integer bits of c."""

    x: PerTensor
    hidden: PerTensor
    cell_bits: int
    cell_scale: np.float32
    gates: tuple[np.float32, ...]
    product: PerTensor

    @classmethod
    def of(cls, node: Node, numbers: Numbers) -> _Schemes:
        if len(node.intermediates) != INTERMEDIATES:
            raise UnsupportedOperatorError(
                f"It has {len(node.intermediates)} intermediate tensors; integers take "
                f"{INTERMEDIATES}, which have gates of 16 bits.",
                "Quantize the float model again.",
            )
        cell = PerTensor.of(node.operand(numbers.cell_state).tensor)
        has_norm = node.optional(numbers.norm[FORGET]) is not None
        gates = [GATE_SCALE] * len(GATES)
        if has_norm:
            gates = [_intermediate(node, gate).scale for gate in GATES]
        return cls(
            PerTensor.of(node.operand(0).tensor),
            PerTensor.of(node.operand(numbers.hidden_state).tensor),
            _cell_bits(cell),
            cell.scale,
            tuple(gates),
            _intermediate(node, HIDDEN),
        )


def _intermediate(node: Node, number: int) -> PerTensor:
    tensor = node.intermediates[number]
    if tensor is None:
        raise ModelError(f"Intermediate tensor {number} is absent.", "The file may be damaged.")
    return PerTensor.of(tensor)


def _cell_bits(cell: PerTensor) -> int:
    exponent = np.log2(cell.scale)
    bits = UNIT_BITS + round(float(exponent))
    if abs(exponent - np.rint(exponent)) >= LOG2_TOLERANCE or bits not in CELL_INTEGER_BITS:
        raise ModelError(
            f"The scale of its cell state is {cell.scale}.",
            f"It is a power of 2 from 2**-{UNIT_BITS} on, for at most "
            f"{CELL_INTEGER_BITS[-1]} integer bits.",
        )
    return bits


def prepare_integer_layer(node: Node, numbers: Numbers) -> Layer:
    """The layer: operands and x (T, B, n) to (T, B, outputs), int8.

    Raises UnsupportedOperatorError for other types than those above.
    """
    _require_types(node, numbers)
    schemes = _Schemes.of(node, numbers)
    coupled = node.optional(numbers.input[INPUT]) is None
    gates = {
        gate: _prepare_gate(node, numbers, gate, schemes)
        for gate in (GATES[FORGET:] if coupled else GATES)
    }
    expose = _prepare_output(node, numbers, schemes)
    clip = _clip(node.options.cell_clip, schemes.cell_scale, np.int16)
    product_shift = 2 * UNIT_BITS - (UNIT_BITS - schemes.cell_bits)

    def layer(operands: Operands, x: Array, auxiliary: Array | None) -> Array:
        batch = x.shape[1]
        hidden = operands[numbers.hidden_state].reshape(batch, -1)
        cell = operands[numbers.cell_state].reshape(batch, -1)
        output = np.empty((*x.shape[:2], hidden.shape[1]), hidden.dtype)
        for step in steps(len(x), numbers.backward):
            inputs = schemes.x.centred(x[step]), schemes.hidden.centred(hidden), cell
            forget = gates[FORGET](operands, *inputs)
            entry = INT16.one - forget if coupled else gates[INPUT](operands, *inputs)
            candidate = gates[CELL](operands, *inputs)
            kept = _wrapped(rounding_divide_by_pot(forget * cell, UNIT_BITS))
            added = _wrapped(rounding_divide_by_pot(entry * candidate, product_shift))
            cell[...] = clip(saturate(kept + added, np.int16))
            exposed = gates[GATES[-1]](operands, *inputs[:2], cell)
            hidden[...] = output[step] = expose(operands, exposed, cell)
        return output

    return layer


def _wrapped(x: Array) -> Array:
    """The low 16 bits, signed: -1 times -1 becomes -1."""
    return x.astype(np.int16).astype(np.int64)


def _require_types(node: Node, numbers: Numbers) -> None:
    weights = (*numbers.input, *numbers.recurrent, numbers.projection)
    types = {
        "INT8": (0, *weights, numbers.hidden_state),
        "INT16": (*numbers.peephole, *numbers.norm, numbers.cell_state),
        "INT32": (*numbers.bias, numbers.projection_bias),
    }
    for type_name, positions in types.items():
        for position in positions:
            if node.optional(position) is not None:
                require_type(node, (type_name,), position)


def _prepare_gate(node: Node, numbers: Numbers, gate: int, schemes: _Schemes) -> Step:
    scale = schemes.gates[gate]
    inputs = _product(node, numbers.input[gate], schemes.x.scale, scale)
    recurrent = _product(node, numbers.recurrent[gate], schemes.hidden.scale, scale)
    peephole = _peephole(node, numbers.peephole[gate], schemes, scale)
    bias, norm = numbers.bias[gate], numbers.norm[gate]
    normalize = None
    if node.optional(norm) is not None:
        normalize = integer_layer_norm(PerTensor.of(node.operand(norm).tensor).scale)
    node.operand(bias)

    def step(operands: Operands, x: Array, hidden: Array, cell: Array) -> Array:
        offset = 0 if normalize else operands[bias]
        total = saturate(inputs(operands, x, offset), np.int16)
        total = saturate(total + recurrent(operands, hidden, 0), np.int16)
        if peephole:
            total = saturate(total + peephole(operands, cell), np.int16)
        if normalize:
            total = normalize(total, operands[norm], operands[bias])
        return _activated(total, gate)

    return step


def _activated(gate_sums: Array, gate: int) -> Array:
    function = INT16.tanh if gate == CELL else INT16.logistic
    return function(gate_sums.astype(np.int64), GATE_INTEGER_BITS)


def _product(
    node: Node, number: int, scale: np.float32, out: np.float32
) -> Callable[[Operands, Array, Array | int], Array]:
    """From operands, rows (B, k) without their zero point and a bias to their products with the
    weight, in steps of the scale ``out``: (B, n) int64."""
    weight = node.operand(number)
    matrix = packed(weight, lambda value: np.ascontiguousarray(value.T, np.float32))
    multiplier = Multiplier.of(PerTensor.of(weight.tensor).scale * scale / out)

    def product(operands: Operands, rows: Array, bias: Array | int) -> Array:
        sums = exact_sums(rows.astype(np.float32), matrix(operands[number]))
        return multiply_by_quantized_multiplier(sums.astype(np.int64) + bias, multiplier)

    return product


def _peephole(
    node: Node, number: int, schemes: _Schemes, out: np.float32
) -> Callable[[Operands, Array], Array] | None:
    operand = node.optional(number)
    if operand is None:
        return None
    cell_scale = 2.0 ** (schemes.cell_bits - UNIT_BITS)
    scale = np.float32(cell_scale * PerTensor.of(operand.tensor).scale / out)
    multiplier = Multiplier.of(scale)

    def product(operands: Operands, cell: Array) -> Array:
        weighted = operands[number].astype(np.int64) * cell
        return multiply_by_quantized_multiplier(weighted, multiplier)

    return product


def _prepare_output(
    node: Node, numbers: Numbers, schemes: _Schemes
) -> Callable[[Operands, Array, Array], Array]:
    """From the output gate and c to h, int8."""
    unit = 2.0**-UNIT_BITS
    to_product = Multiplier.of(np.float32(unit / schemes.product.scale * unit))

    def product(gate: Array, cell: Array) -> Array:
        tanh = INT16.tanh(cell.astype(np.int64), schemes.cell_bits)
        return multiply_by_quantized_multiplier(gate * tanh, to_product)

    if node.optional(numbers.projection) is None:
        zero_point = schemes.product.zero_point
        return lambda _, gate, cell: saturate(product(gate, cell) + zero_point, np.int8)
    project = _product(node, numbers.projection, schemes.product.scale, schemes.hidden.scale)
    has_bias = node.optional(numbers.projection_bias) is not None
    out = PerTensor.of(node.outputs[0].tensor)
    clip = _clip(node.options.proj_clip, out.scale, np.int8)

    def projected(operands: Operands, gate: Array, cell: Array) -> Array:
        rows = saturate(product(gate, cell) - schemes.product.zero_point, np.int8)
        rows = rows.astype(np.int64) + schemes.product.zero_point
        sums = project(operands, rows, operands[numbers.projection_bias] if has_bias else 0)
        return clip(saturate(sums + schemes.hidden.zero_point, np.int8))

    return projected


def _clip(limit: float, scale: np.float32, dtype: type[np.integer]) -> Callable[[Array], Array]:
    """Clamps to [-limit, limit] in steps of the scale; 0 stands for no limit."""
    bound = int(min(np.float32(limit) / scale, np.float32(np.iinfo(dtype).max)))
    if bound <= 0:
        return lambda x: x
    return lambda x: np.clip(x, -bound, bound)
