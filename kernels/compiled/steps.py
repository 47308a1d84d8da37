"""One step of a matrix product in vectors, by instruction set.

A step takes four bytes of a row on the left, the same for all columns, and a vector of columns on
the right: a float for each, or a group of integers whose products are added up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kernels.compiled.vector_ir import (
    FLOAT,
    INT8,
    INT16,
    INT32,
    Kind,
    Register,
    fma,
    load,
    splat,
    widened,
)

LEFT_BYTES = 4
"""Of a row in one step."""


@dataclass(frozen=True)
class Step:
    """``sums``: a vector of outputs; ``right``: its columns as they are in memory; ``element``: a
    number of a row. ``add(sum, left, right)`` is the step, ``left`` being in every place."""

    sums: Kind
    right: Kind
    element: Kind
    add: Callable[[Register, Register, Register], Register]

    def left(self, address: Register) -> Register:
        """A row's part of the step."""
        return splat(load(address, Kind(self.sums.element)), self.sums.count)


def float_step(lanes: int) -> Step:
    """``fma(left, right, sum)``."""
    vector = FLOAT * lanes
    return Step(vector, vector, FLOAT, lambda total, left, right: fma(left, right, total))


def _vnni(total: Register, left: Register, right: Register) -> Register:
    return total.call("llvm.x86.avx512.vpdpbusd.512", total.kind, left, right)


def _avx2(total: Register, left: Register, right: Register) -> Register:
    pairs = INT16 * 16
    products = left.seen_as(pairs).call("llvm.x86.avx2.pmadd.wd", total.kind, widened(right, pairs))
    return total + products


def _neon_dot(total: Register, left: Register, right: Register) -> Register:
    name = "llvm.aarch64.neon.sdot.v4i32.v16i8"
    return total.call(name, total.kind, left.seen_as(right.kind), right)


INTEGER_STEPS = {
    "avx512vnni": Step(INT32 * 16, INT32 * 16, INT8, _vnni),
    "avx2": Step(INT32 * 8, INT8 * 16, INT16, _avx2),
    "neon_dot": Step(INT32 * 4, INT8 * 16, INT8, _neon_dot),
}
"""Exact sums of products by int8 weights: of four unsigned bytes, of two int16, of four int8."""
