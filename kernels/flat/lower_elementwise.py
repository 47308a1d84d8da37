"""Functions of one tensor, element by element, as instructions: floats by their formulas, bytes by
tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.activation import RELU, RELU6, RELU_N1_TO_1, activation_bounds
from kernels.flat import lower_tables
from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.quantized import or_quantized
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node


def _unary(kernel: str, *numbers: float) -> Lower:
    """A lowering to ``kernel(x, y, count, *numbers)`` for float32."""

    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        return _lowered(kernel, inputs, numbers)

    return lower


def _lowered(
    kernel: str, inputs: Sequence[Source | None], numbers: Sequence[float]
) -> Lowered | None:
    x = inputs[0] if len(inputs) == 1 else None
    if not isinstance(x, Value) or x.dtype != np.float32:
        return None
    y = new_value(x.shape, np.float32)
    blocks = -(-x.count // PIECE)
    made = Instruction(kernel, (x, y, x.count, *numbers), blocks, GRAIN // PIECE)
    return Lowered((y,), (made,))


def _leaky_relu(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """LEAKY_RELU."""
    return _lowered("unary.leaky_relu", inputs, [node.options.alpha])


def _gelu(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """GELU by the error function, or by tanh."""
    form = "tanh" if node.options.approximate else "erf"
    return _lowered(f"activations.xnnpack_{form}_gelu", inputs, [])


relu = or_quantized(_unary("unary.clamp", *activation_bounds(RELU)), lower_tables.relu)
relu6 = or_quantized(_unary("unary.clamp", *activation_bounds(RELU6)), lower_tables.relu6)
relu_n1_to_1 = or_quantized(
    _unary("unary.clamp", *activation_bounds(RELU_N1_TO_1)), lower_tables.relu_n1_to_1
)
relu_0_to_1 = or_quantized(_unary("unary.unit_clamp"), lower_tables.relu_0_to_1)
elu = or_quantized(_unary("activations.xnnpack_elu"), lower_tables.elu)
hard_swish = or_quantized(_unary("activations.xnnpack_hard_swish"), lower_tables.hard_swish)
logistic = or_quantized(_unary("functions.xnnpack_logistic"), lower_tables.logistic)
tanh = or_quantized(_unary("functions.xnnpack_tanh"), lower_tables.tanh)

gelu = or_quantized(_gelu, lower_tables.gelu)
leaky_relu = or_quantized(_leaky_relu, lower_tables.leaky_relu)

absolute = or_quantized(_unary("unary.absolute"), lower_tables.absolute)
ceil = _unary("unary.ceil")
cos = _unary("trigonometry.xnnpack_cos")
exp = or_quantized(_unary("functions.xnnpack_exp"), lower_tables.exp)
floor = _unary("unary.floor")
log = or_quantized(_unary("functions.xnnpack_log"), lower_tables.log)
negative = or_quantized(_unary("unary.negative"), lower_tables.negative)
rounded = _unary("unary.rounded")
rsqrt = or_quantized(_unary("roots.xnnpack_rsqrt"), lower_tables.rsqrt)
sign = _unary("unary.sign")
sin = _unary("trigonometry.xnnpack_sin")
sqrt = or_quantized(_unary("roots.xnnpack_sqrt"), lower_tables.sqrt)
square = _unary("unary.square")
