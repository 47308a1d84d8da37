"""Histories: the last rows of a column of an image, side by side in the 32 bits of a lane.

A lane belongs to a channel and holds as many codes as an instruction set's dot product takes: a row
moves in from above, and the oldest falls out. So a product of one history by one set of weights is
a column of a filter, or ``group`` rows of it, and nothing is copied but the row that comes in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kernels.compiled.vector_ir import INT8, INT16, INT32, Kind, Register, constant, splat
from kernels.isa import InstructionSet

WORD_BITS = 32

Dot = Callable[[Register, Register, Register], Register]
"""A total, histories, weights: the total and the products of them."""


def _vnni(total: Register, history: Register, weights: Register) -> Register:
    """Unsigned codes by signed weights."""
    name = f"llvm.x86.avx512.vpdpbusd.{total.kind.count * WORD_BITS}"
    return total.call(name, total.kind, history, weights)


def _avx2(total: Register, history: Register, weights: Register) -> Register:
    pairs = INT16 * (2 * total.kind.count)
    products = history.seen_as(pairs).call(
        "llvm.x86.avx2.pmadd.wd", total.kind, weights.seen_as(pairs)
    )
    return total + products


def _neon_dot(total: Register, history: Register, weights: Register) -> Register:
    quads = INT8 * (4 * total.kind.count)
    name = "llvm.aarch64.neon.sdot.v4i32.v16i8"
    return total.call(name, total.kind, history.seen_as(quads), weights.seen_as(quads))


DOTS: Mapping[str, Dot] = MappingProxyType(
    {"avx512vnni": _vnni, "avx2": _avx2, "neon_dot": _neon_dot}
)
"""By instruction set."""


@dataclass(frozen=True)
class Histories:
    """Of ``lanes`` channels, each of ``group`` codes. ``shift``: what is added to an int8 to make
    a code of it; None: its zero point is taken off it."""

    lanes: int
    group: int
    shift: int | None
    dot: Dot

    @classmethod
    def of(cls, isa: InstructionSet) -> Histories:
        """What an instruction set has."""
        return cls(isa.lanes, isa.group, isa.shift, DOTS[isa.name])

    @property
    def kind(self) -> Kind:
        """A vector of them, or of codes."""
        return INT32 * self.lanes

    def entered(self, history: Register, code: Register) -> Register:
        """Histories after one more row. Of codes only the lowest bits count."""
        bits = WORD_BITS // self.group
        return (history >> bits).either(code << (WORD_BITS - bits))

    def filled(self, code: Register) -> Register:
        """Histories in which each row has that code."""
        history = constant(code, self.kind, 0)
        for _ in range(self.group):
            history = self.entered(history, code)
        return history

    def code_of_zero(self, zero_point: Register) -> Register:
        """The code of 0.0, from an int8 zero point (int32), in all lanes."""
        code = constant(zero_point, INT32, 0) if self.shift is None else zero_point + self.shift
        return splat(code, self.lanes)
