"""Instruction sets that kernels are written for, and which of them this process uses.

It is the best that the processor has which kernels are compiled for; TFLQ_ISA names another.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kernels.errors import InputError

CHOICE = "TFLQ_ISA"
WORKING = 3
"""Registers of a vector for what is computed with its weights."""
_PROCESSOR = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")


@dataclass(frozen=True)
class TileSize:
    """Rows and columns of outputs that a kernel makes at a time, in registers. ``speed``: of its
    multiply-adds, relative to the fastest tile's; measured."""

    rows: int
    columns: int
    speed: float = 1.0


@dataclass(frozen=True)
class InstructionSet:
    """``needs``: what the processor has, in LLVM's words; ``lanes``: floats in a vector, of which
    there are ``registers``.

    Activations are quantized to ``code``, a dtype: int8 codes plus ``shift``, or, if that is None,
    minus their zero point. ``group`` of them make one step of a product.
    """

    name: str
    needs: frozenset[str]
    lanes: int
    registers: int
    code: str
    shift: int | None
    group: int
    integer_tiles: tuple[TileSize, ...]
    float_tiles: tuple[TileSize, ...]

    @property
    def has_vectors(self) -> bool:
        """Whether its kernels are written in vectors; if not, they are plain."""
        return self.lanes > 1

    def vectors_of(self, weights: int) -> int:
        """How many vectors of channels may be computed together whose weights, so many each, are
        kept in registers."""
        return max(1, self.registers // (weights + WORKING))


_WIDE_TILES = (
    TileSize(4, 64),
    TileSize(6, 64),
    TileSize(8, 48, 0.96),
    TileSize(12, 32, 0.97),
    TileSize(14, 16, 0.8),
    TileSize(1, 128, 0.55),
)
_NARROW_TILES = (TileSize(6, 16), TileSize(4, 24, 0.96), TileSize(1, 32, 0.55))
_NARROW_FLOAT_TILES = (TileSize(4, 24), TileSize(5, 16), TileSize(1, 32, 0.55))
_QUAD_TILES = (TileSize(4, 16), TileSize(1, 16, 0.55))

_ALL = (
    InstructionSet(
        name="avx512vnni",
        needs=frozenset({"avx512f", "avx512bw", "avx512vl", "avx512vnni"}),
        lanes=16,
        registers=32,
        code="uint8",
        shift=128,
        group=4,
        integer_tiles=_WIDE_TILES,
        float_tiles=_WIDE_TILES,
    ),
    InstructionSet(
        name="avx2",
        needs=frozenset({"avx2", "fma"}),
        lanes=8,
        registers=16,
        code="int16",
        shift=None,
        group=2,
        integer_tiles=_NARROW_TILES,
        float_tiles=_NARROW_FLOAT_TILES,
    ),
    InstructionSet(
        name="neon_dot",
        needs=frozenset({"neon", "dotprod"}),
        lanes=4,
        registers=32,
        code="int8",
        shift=0,
        group=4,
        integer_tiles=_QUAD_TILES,
        float_tiles=_QUAD_TILES,
    ),
    InstructionSet(
        name="generic",
        needs=frozenset(),
        lanes=1,
        registers=16,
        code="int16",
        shift=None,
        group=1,
        integer_tiles=(TileSize(1, 1),),
        float_tiles=(TileSize(1, 64),),
    ),
)

INSTRUCTION_SETS: Mapping[str, InstructionSet] = MappingProxyType({isa.name: isa for isa in _ALL})
"""By name, the best first. What "generic" needs, every processor has."""


@cache
def processor() -> tuple[str, str]:
    """Name and features, as LLVM writes them, of the processor that kernels are compiled for: the
    machine's own, unless NUMBA_CPU_NAME and NUMBA_CPU_FEATURES say otherwise."""
    import llvmlite.binding as llvm

    name, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    return os.environ.get(_PROCESSOR[0]) or name, os.environ.get(_PROCESSOR[1]) or features


def instruction_set() -> InstructionSet:
    """The one that this process uses. Raises InputError if TFLQ_ISA names one that cannot be."""
    return choose(os.environ.get(CHOICE), processor()[1])


@cache
def choose(choice: str | None, features: str) -> InstructionSet:
    """The instruction set of that name, by default the best, that a processor has: its features
    as LLVM writes them. Raises InputError if it does not have it."""
    present = {feature[1:] for feature in features.split(",") if feature[:1] == "+"}
    usable = {isa.name: isa for isa in _ALL if isa.needs <= present}
    if not choice:
        return next(iter(usable.values()))
    if choice not in usable:
        raise InputError(
            f"{CHOICE} is '{choice}', which this processor does not have.",
            f"Choose one of {', '.join(usable)}, or unset it.",
        )
    return usable[choice]
