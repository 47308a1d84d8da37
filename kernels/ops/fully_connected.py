"""FULLY_CONNECTED: float, hybrid and full-integer, with int8, uint8, int4 or int2 weights.

Blockwise int4 weights are hybrid, and the activations always quantized asymmetrically. Where
XNNPACK does not take them LiteRT forgets the fused activation, and with fewer than 4 units, or
in its reference kernel, the scales of the blocks; here both count.

x: any shape with numel a multiple of k; weights: (n, k); bias: (n,) or absent;
output: (numel / k, n), or x's shape with n as last dimension if ``keep_num_dims``.
Another corner is not LiteRT's: int4 weights with a fused tanh, which its default quantizes
symmetrically whatever the options say.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from kernels import activation_quantization, blockwise_matmul, xnnpack
from kernels.activation import fused_activation
from kernels.affine import stored_zero
from kernels.blockwise_matmul import WeightBlocks
from kernels.errors import InputError, UnsupportedOperatorError
from kernels.float_matmul import runtime_matmul
from kernels.full_integer import Facts, FullInteger, has_integer_activations, real, up
from kernels.integer_matmul import integer_matmul, wide_matmul
from kernels.model import Blocks
from kernels.node import Array, Node, Run
from kernels.weight import (
    WeightMatrix,
    accumulate,
    blocks_of,
    is_hybrid,
    packed,
    require_matrix,
    weight_matrix,
)

INPUT, WEIGHT, BIAS = range(3)
"""Operand numbers."""

OLD = "UINT8"
"""What the first converters called the type of int8 weights (2018); XNNPACK does not take them."""

DEFAULT_FORMAT = 0
"""FullyConnectedOptionsWeightsFormat.DEFAULT: weights row by row."""

FULL_INTEGER = Facts(
    INPUT,
    WEIGHT,
    BIAS,
    axis=0,
    reference=real,
    optimized=dict.fromkeys(("INT8", "UINT8", "INT16"), up),
    wide=real,
    wide_without_bias=False,
    weight_types={
        "INT8": ("INT8", "INT4", "INT2"),
        "UINT8": ("UINT8",),
        "INT16": ("INT8", "INT4", "INT2"),
    },
    coarse=True,
    weight_zero_point=True,
)
"""How its full-integer kernels end."""

_PER_BYTE = MappingProxyType({"INT4": 2, "INT2": 4})

Packed = TypeVar("Packed", WeightMatrix, WeightBlocks)
Product = Callable[[Array, Packed, "Array | float"], Array]
"""Of rows and packed weights, plus a bias."""


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take."""
    if node.options.weights_format != DEFAULT_FORMAT:
        raise UnsupportedOperatorError(
            "Its weights are shuffled.",
            "Convert the model again: only the default weights format is supported.",
        )
    if has_integer_activations(node):
        return _full_integer(node)
    hybrid = is_hybrid(node, weights=(WEIGHT,), integers=("INT8", "INT4", "INT2", OLD))
    blocks = blocks_of(node.operand(WEIGHT).tensor)
    if blocks is not None and hybrid:
        return _run(node, *_blockwise(node, blocks))
    weights_of = weight_matrix(node.operand(WEIGHT))
    return _run(node, weights_of, _hybrid(node) if hybrid else _float(node))


def _run(node: Node, weights_of: Callable[[Any], Packed], product: Product[Packed]) -> Run:
    activation = fused_activation(node.options.fused_activation_function)

    def run(x: Array, weights: Array, bias: Array | None = None) -> tuple[Array, ...]:
        matrix = weights_of(weights)
        rows = _rows(x, matrix.depth)
        output = activation(product(rows, matrix, 0 if bias is None else bias))
        return (output.reshape(_output_shape(node, x, output)),)

    return run


def _rows(x: Array, depth: int) -> Array:
    if depth == 0 or x.size % depth:
        raise InputError(
            f"The input {x.shape} cannot be rows for weights of depth {depth}.",
            f"Feed an input whose size is a multiple of {depth}.",
        )
    return x.reshape(x.size // depth, depth)


def _output_shape(node: Node, x: Array, output: Array) -> tuple[int, ...]:
    keeps = node.options.keep_num_dims
    return (*x.shape[:-1], output.shape[1]) if keeps else output.shape


def _float(node: Node) -> Product[WeightMatrix]:
    matmul = runtime_matmul(xnnpack.float_numerics(node, WEIGHT, BIAS))
    return lambda rows, weight, bias: matmul(rows, weight.values, bias)


def _hybrid(node: Node) -> Product[WeightMatrix]:
    """What each runtime does (tflite/kernels/fully_connected.cc, XNNPACK qd8 and qc4w)."""
    if xnnpack_takes(node) and node.operand(WEIGHT).tensor.type != OLD:
        return _xnnpack
    quantize = activation_quantization.tflite(node.options.asymmetric_quantize_inputs)
    return lambda rows, weight, bias: accumulate(bias, quantize(rows), weight)


def xnnpack_takes(node: Node) -> bool:
    """Whether XNNPACK takes the node, which is hybrid and not blockwise."""
    return not _packs_oddly(node) and xnnpack.takes(
        node, WEIGHT, node.options.fused_activation_function, BIAS
    )


def _xnnpack(rows: Array, weight: WeightMatrix, bias: Array | float) -> Array:
    quantized = activation_quantization.xnnpack(rows)
    accumulators = integer_matmul(quantized.values, weight.values)
    return xnnpack.dequantize(accumulators, quantized.scale, weight.scale, bias)


def _blockwise(
    node: Node, blocks: Blocks
) -> tuple[Callable[[Any], WeightBlocks], Product[WeightBlocks]]:
    """How to pack the weights, and the product with rows that are quantized first."""
    taken = blockwise_matmul.xnnpack_takes(node, WEIGHT, BIAS, blocks)
    quantize = activation_quantization.xnnpack if taken else activation_quantization.asymmetric
    product = blockwise_matmul.xnnpack if taken else blockwise_matmul.tflite
    pack = blockwise_matmul.pack_xnnpack if taken else blockwise_matmul.pack_tflite
    weights_of = blockwise_matmul.weight_blocks(node.operand(WEIGHT), blocks, pack)
    return weights_of, lambda rows, weight, bias: product(quantize(rows), weight, bias)


def _packs_oddly(node: Node) -> bool:
    """XNNPACK takes int4 and int2 weights only if every row ends with a byte, and int2 only with
    a scale for each unit."""
    weight = node.operand(WEIGHT).tensor
    scales = 0 if weight.quantization is None else len(weight.quantization.scale)
    one_for_all = weight.type == "INT2" and scales != weight.shape[0]
    return one_for_all or weight.shape[1] % _PER_BYTE.get(weight.type, 1) != 0


def _full_integer(node: Node) -> Run:
    activation, operand = node.options.fused_activation_function, node.operand(WEIGHT)
    require_matrix(operand.tensor)
    arithmetic = FullInteger.of(node, FULL_INTEGER, activation, xnnpack_takes_integers(node))
    matrix_of = packed(operand, lambda value: np.ascontiguousarray(arithmetic.weights(value).T))

    def run(x: Array, weights: Array, bias: Array | None = None) -> tuple[Array, ...]:
        matrix = matrix_of(weights)
        rows = arithmetic.activations(_rows(x, matrix.shape[0]))
        output = arithmetic.outputs(wide_matmul(rows, matrix), bias)
        return (output.reshape(_output_shape(node, x, output)),)

    return run


def xnnpack_takes_integers(node: Node) -> bool:
    """INT4 weights as well, and INT8 weights only without a zero point."""
    weight, x = node.operand(WEIGHT).tensor, node.operand(INPUT).tensor
    shifted = weight.type != "UINT8" and stored_zero(weight) != 0
    return x.type != "INT16" and not shifted and xnnpack_takes(node)
