"""FULLY_CONNECTED as instructions: float, hybrid and full-integer, as XNNPACK computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kernels import xnnpack
from kernels.activation import activation_bounds
from kernels.errors import TfliteQuantError
from kernels.flat.border import Border
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.multiply import (
    Product,
    Right,
    constant_right,
    float_product,
    hybrid_product,
    requantized_product,
)
from kernels.flat.quantize import quantized_rows, recoded_images
from kernels.flat.rows import LARGEST_COUNT, matrix_rows
from kernels.flat.value import Source, Value
from kernels.flat.weights import bias_of, hybrid_constants, integer_constants
from kernels.full_integer import FullInteger
from kernels.node import XNNPACK, Array, Node
from kernels.ops.fully_connected import (
    BIAS,
    DEFAULT_FORMAT,
    FULL_INTEGER,
    WEIGHT,
    xnnpack_takes,
    xnnpack_takes_integers,
)
from kernels.weight import MATRIX_RANK, blocks_of


@dataclass(frozen=True)
class _Case:
    """x as ``count`` rows of ``depth``, weights (n, depth); ``shape`` of the output."""

    node: Node
    x: Value
    weights: Array
    bias: Source | None
    shape: tuple[int, ...]

    @property
    def depth(self) -> int:
        return int(self.weights.shape[1])

    @property
    def count(self) -> int:
        return self.x.count // self.depth

    @property
    def activation(self) -> int:
        return int(self.node.options.fused_activation_function)

    def right(self, weights: Array) -> Right:
        return constant_right(self.weights, weights.T[None, None])


def fully_connected(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """FULLY_CONNECTED where XNNPACK takes it, but for blockwise weights."""
    case = _case(node, inputs)
    if case is None:
        return None
    floats = np.float32
    try:
        if case.x.dtype != floats:
            return _full_integer(case)
        return _float(case) if case.weights.dtype == floats else _hybrid(case)
    except TfliteQuantError:
        return None  # the plain kernel says what is wrong


def _case(node: Node, inputs: Sequence[Source | None]) -> _Case | None:
    x, weights, bias = (*inputs, None, None)[:3]
    if not (isinstance(x, Value) and isinstance(weights, np.ndarray)):
        return None
    if weights.ndim != MATRIX_RANK or not weights.size or not 0 < x.count <= LARGEST_COUNT:
        return None
    columns, depth = weights.shape
    shape = (*x.shape[:-1], columns) if node.options.keep_num_dims else (x.count // depth, columns)
    fits = x.count % depth == 0 and np.prod(shape, dtype=np.int64) == x.count // depth * columns
    plain = blocks_of(node.operand(WEIGHT).tensor) is None
    if not fits or not plain or node.options.weights_format != DEFAULT_FORMAT:
        return None
    return _Case(node, x, weights, bias, shape)


def _float(case: _Case) -> Lowered | None:
    bias = bias_of(case.bias, len(case.weights), np.float32)
    if bias is None or xnnpack.float_numerics(case.node, WEIGHT, BIAS) != XNNPACK:
        return None
    rows = matrix_rows(case.count, case.depth, case.depth)
    bounds = activation_bounds(case.activation)
    return _made(case, (), float_product(case.x, rows, case.right(case.weights), bias, bounds))


def _hybrid(case: _Case) -> Lowered | None:
    constants = hybrid_constants(case.weights, case.node.operand(WEIGHT).tensor, case.bias)
    if constants is None or not xnnpack_takes(case.node):
        return None
    quantized = quantized_rows(case.x, case.count, case.depth)
    rows = matrix_rows(case.count, case.depth, quantized.step)
    right, bounds = case.right(case.weights), activation_bounds(case.activation)
    product = hybrid_product(quantized.left, rows, right, constants, bounds)
    return _made(case, quantized.instructions, product)


def _full_integer(case: _Case) -> Lowered | None:
    if not xnnpack_takes_integers(case.node):
        return None
    arithmetic = FullInteger.of(case.node, FULL_INTEGER, case.activation, delegated=True)
    constants = integer_constants(case.weights, arithmetic, case.bias)
    if constants is None or case.x.dtype != arithmetic.x.dtype:
        return None
    image = case.x.reshaped((1, case.count, 1, case.depth))
    codes, before = recoded_images(image, arithmetic.x.zero_point, Border())
    product = requantized_product(
        codes,
        matrix_rows(case.count, case.depth, case.depth),
        case.right(constants.weights),
        (constants.start, constants.multipliers),
        constants.zero,
        constants.bounds,
    )
    return _made(case, before, product)


def _made(case: _Case, before: Sequence[Instruction], product: Product) -> Lowered:
    """The output, of the input's type, after the instructions that the product needs."""
    output = replace(product.output.reshaped(case.shape), dtype=case.x.dtype)
    return Lowered((output,), (*before, *product.instructions))
