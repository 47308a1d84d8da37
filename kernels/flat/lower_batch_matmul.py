"""BATCH_MATMUL as instructions: float, hybrid and full-integer, as XNNPACK computes it.

A right-hand side that is made at run time is laid out in panels first. If all batches have the
same one, their rows are those of one matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from kernels import xnnpack
from kernels.activation import NONE
from kernels.errors import TfliteQuantError
from kernels.flat.border import Border
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.multiply import (
    UNBOUNDED,
    Product,
    Right,
    constant_right,
    float_product,
    hybrid_product,
    requantized_product,
)
from kernels.flat.packing import packed_right, transposed_rows
from kernels.flat.quantize import quantized_rows, recoded_images
from kernels.flat.rows import LARGEST_COUNT, Rows, matrix_rows
from kernels.flat.value import Source, Value
from kernels.flat.weights import hybrid_constants, integer_constants
from kernels.full_integer import FullInteger
from kernels.node import Array, Node
from kernels.ops.batch_matmul import FULL_INTEGER, RHS, xnnpack_takes_integers
from kernels.weight import MATRIX_RANK


@dataclass(frozen=True)
class _Case:
    """lhs (..., m, k) by rhs (..., k, n), both maybe stored transposed, make (*batch, m, n)."""

    node: Node
    lhs: Value
    rhs: Source
    batch: tuple[int, ...]
    m: int
    k: int
    n: int

    @property
    def adj_x(self) -> bool:
        return bool(self.node.options.adj_x)

    @property
    def adj_y(self) -> bool:
        return bool(self.node.options.adj_y)

    @property
    def lefts(self) -> int:
        """How many matrices there are on the left."""
        return prod(self.lhs.shape[:-2])

    @property
    def rights(self) -> int:
        """How many on the right."""
        return prod(self.rhs.shape[:-2])

    def rows(self, step: int) -> Rows:
        """The rows on the left, ``step`` numbers apart: of one image if they have the same right
        side."""
        if self.rights == 1:
            return matrix_rows(self.lefts * self.m, self.k, step)
        rows = matrix_rows(self.m, self.k, step)
        apart = 0 if self.lefts == 1 else self.m * step
        return replace(rows, images=prod(self.batch), image_step=apart)

    def weights(self, rhs: Array) -> Array:
        """The one constant matrix on the right as (n, k), as weights are kept."""
        matrix = rhs.reshape(rhs.shape[-2:])
        return matrix if self.adj_y else matrix.T

    def lowered(self, before: Sequence[Instruction], product: Product) -> Lowered:
        shape = (*self.batch, self.m, self.n)
        output = replace(product.output.reshaped(shape), dtype=self.lhs.dtype)
        return Lowered((output,), (*before, *product.instructions))


def batch_matmul(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """BATCH_MATMUL where XNNPACK takes it; matrices of integers on the right are constant."""
    case = _case(node, *inputs[:2])
    if case is None:
        return None
    floats = np.float32
    try:
        if case.lhs.dtype == case.rhs.dtype == floats:
            return _float(case)
        if case.rights != 1 or case.adj_x or not isinstance(case.rhs, np.ndarray):
            return None
        return (_hybrid if case.lhs.dtype == floats else _full_integer)(case, case.rhs)
    except TfliteQuantError:
        return None  # the plain kernel says what is wrong


def _case(node: Node, lhs: Source | None, rhs: Source | None) -> _Case | None:
    if not isinstance(lhs, Value) or rhs is None:
        return None
    if min(len(lhs.shape), len(rhs.shape)) < MATRIX_RANK:
        return None
    (m, k), (depth, n) = (
        shape[-2:][::-1] if transposed else shape[-2:]
        for shape, transposed in ((lhs.shape, node.options.adj_x), (rhs.shape, node.options.adj_y))
    )
    sizes = prod(lhs.shape), prod(rhs.shape)
    if k != depth or not all(0 < size <= LARGEST_COUNT for size in sizes):
        return None
    lefts, rights = lhs.shape[:-2], rhs.shape[:-2]
    batch = _batch(lefts, rights)
    if batch is None or m * n * prod(batch) > LARGEST_COUNT:
        return None
    return _Case(node, lhs, rhs, batch, m, k, n)


def _batch(lefts: tuple[int, ...], rights: tuple[int, ...]) -> tuple[int, ...] | None:
    """The batches of the output, if one side has them all and the other the same or one matrix."""
    try:
        batch = np.broadcast_shapes(lefts, rights)
    except ValueError:
        return None
    return batch if {prod(lefts), prod(rights)} <= {1, prod(batch)} else None


def _float(case: _Case) -> Lowered:
    bias, right = np.zeros(case.n, np.float32), _float_right(case)
    if not case.adj_x:
        rows = case.rows(case.k)
        return case.lowered((), float_product(case.lhs, rows, right, bias, UNBOUNDED))
    left, transpose = transposed_rows(case.lhs, case.m, case.k)
    rows = case.rows(left.shape[-1])
    return case.lowered([transpose], float_product(left, rows, right, bias, UNBOUNDED))


def _float_right(case: _Case) -> Right:
    if isinstance(case.rhs, Value):
        return packed_right(case.rhs, case.k, case.n, case.adj_y)
    matrices = case.rhs.swapaxes(-1, -2) if case.adj_y else case.rhs
    matrices = matrices.reshape(-1, 1, case.k, case.n)
    return constant_right(case.rhs, matrices, by_image=case.rights > 1)


def _hybrid(case: _Case, rhs: Array) -> Lowered | None:
    tensor, weights = case.node.operand(RHS).tensor, case.weights(rhs)
    constants = hybrid_constants(weights, tensor, None)
    if constants is None or tensor.type != "INT8" or not xnnpack.takes(case.node, RHS, NONE):
        return None
    quantized = quantized_rows(case.lhs, case.lefts * case.m, case.k)
    right = constant_right(rhs, weights.T[None, None])
    product = hybrid_product(quantized.left, case.rows(quantized.step), right, constants, UNBOUNDED)
    return case.lowered(quantized.instructions, product)


def _full_integer(case: _Case, rhs: Array) -> Lowered | None:
    if not xnnpack_takes_integers(case.node):
        return None
    arithmetic = FullInteger.of(case.node, FULL_INTEGER, NONE, delegated=True)
    constants = integer_constants(case.weights(rhs), arithmetic, None)
    if constants is None or case.lhs.dtype != arithmetic.x.dtype:
        return None
    image = case.lhs.reshaped((1, case.lefts * case.m, 1, case.k))
    codes, before = recoded_images(image, arithmetic.x.zero_point, Border())
    product = requantized_product(
        codes,
        case.rows(case.k),
        constant_right(rhs, constants.weights.T[None, None]),
        (constants.start, constants.multipliers),
        constants.zero,
        constants.bounds,
    )
    return case.lowered(before, product)
