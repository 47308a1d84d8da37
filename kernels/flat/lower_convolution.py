"""CONV_2D as instructions: float, hybrid and full-integer, as XNNPACK computes them.

The windows are the rows of a matrix product. They are not copied; images that need a border are,
and quantized activations are codes of their own anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kernels import xnnpack
from kernels.activation import activation_bounds
from kernels.affine import stored_zero
from kernels.errors import TfliteQuantError
from kernels.flat.border import Border, padded_border
from kernels.flat.convolution_case import ConvolutionCase, convolution_case
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.multiply import Product, float_product, hybrid_product, requantized_product
from kernels.flat.quantize import (
    bordered_floats,
    quantized_images,
    quantized_rows,
    recoded_images,
)
from kernels.flat.rows import matrix_rows
from kernels.flat.value import Source
from kernels.flat.weights import bias_of, hybrid_constants, integer_constants
from kernels.node import XNNPACK, Node
from kernels.ops.convolution import (
    BIAS,
    FILTER,
    INPUT,
    becomes_depthwise,
    becomes_fully_connected,
    full_integer,
    xnnpack_takes_integers,
)

FLOAT32, INT8 = "FLOAT32", "INT8"


def convolution(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """CONV_2D where XNNPACK takes it."""
    return _lowered(node, inputs[INPUT], inputs, Border())


def padded_convolution(
    pad: Node, node: Node, pad_inputs: Sequence[Source | None], inputs: Sequence[Source | None]
) -> Lowered | None:
    """PAD with zeros, then CONV_2D."""
    border = padded_border(pad_inputs)
    return None if border is None else _lowered(node, pad_inputs[INPUT], inputs, border)


def _lowered(
    node: Node, x: Source | None, inputs: Sequence[Source | None], padding: Border
) -> Lowered | None:
    types = tuple(node.operand(number).tensor.type for number in (INPUT, FILTER))
    try:
        case = convolution_case(node, x, inputs, padding)
        if case is None:
            return None
        if types == (FLOAT32, FLOAT32):
            return _float(case)
        return _hybrid(case) if types == (FLOAT32, INT8) else _full_integer(case)
    except TfliteQuantError:
        return None  # the plain kernel says what is wrong


def _float(case: ConvolutionCase) -> Lowered | None:
    bias = bias_of(case.bias, case.outputs, np.float32)
    taken = xnnpack.float_numerics(case.node, FILTER, BIAS) == XNNPACK
    if not taken or bias is None or becomes_depthwise(case.node):
        return None
    left, before = bordered_floats(case.x, case.border)
    bounds = activation_bounds(case.node.options.fused_activation_function)
    return _made(
        case, before, float_product(left, case.rows(), case.right(case.filters), bias, bounds)
    )


def _hybrid(case: ConvolutionCase) -> Lowered | None:
    activation = case.node.options.fused_activation_function
    if not xnnpack.takes(case.node, FILTER, activation, BIAS):
        return None
    constants = hybrid_constants(case.filters, case.node.operand(FILTER).tensor, case.bias)
    if constants is None:
        return None
    bounds, right = activation_bounds(activation), case.right(case.filters)
    if case.groups == 1 and becomes_fully_connected(case.node, case.stencil):
        if not case.is_pointwise:
            return None
        depth = case.x.shape[3]
        quantized = quantized_rows(case.x, case.pixels, depth)
        rows = matrix_rows(case.pixels, depth, quantized.step)
    else:
        quantized, rows = quantized_images(case.x, case.border), case.rows(by_image=True)
    product = hybrid_product(quantized.left, rows, right, constants, bounds)
    return _made(case, quantized.instructions, product)


def _full_integer(case: ConvolutionCase) -> Lowered | None:
    if not xnnpack_takes_integers(case.node):
        return None
    arithmetic = full_integer(case.node, delegated=True)
    constants = integer_constants(case.filters, arithmetic, case.bias)
    zero = stored_zero(case.node.operand(INPUT).tensor)
    if constants is None or zero != arithmetic.x.zero_point:
        return None
    codes, before = recoded_images(case.x, zero, case.border)
    product = requantized_product(
        codes,
        case.rows(),
        case.right(constants.weights),
        (constants.start, constants.multipliers),
        constants.zero,
        constants.bounds,
    )
    return _made(case, before, product)


def _made(case: ConvolutionCase, before: Sequence[Instruction], product: Product) -> Lowered:
    """The output, of the input's type, after the instructions that the product needs."""
    output = replace(product.output.reshaped(case.shape), dtype=case.x.dtype)
    return Lowered((output,), (*before, *product.instructions))
