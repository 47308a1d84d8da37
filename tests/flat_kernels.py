"""Small kernels of the tests of flat programs, which no module of kernels.compiled has."""

from __future__ import annotations

from functools import cache

import pytest

from kernels.field_types import BOOLS, INDEX, INT64S
from kernels.flat import assembly
from kernels.flat.instruction import Instruction
from kernels.jit import compile_kernel, kernel
from kernels.kernel import Kernel
from kernels.kernel import kernel as product_kernel
from kernels.linking import link


@kernel(INT64S, INT64S, INT64S)
def add(x, y, z, begin, end):
    for i in range(begin, end):
        z[i] = x[i] + y[i]


@kernel(INT64S)
def count(counts, begin, end):
    for i in range(begin, end):
        counts[i] += 1


@kernel(INT64S, INT64S, BOOLS)
def less(x, y, answer, begin, end):
    answer[0] = x[0] < y[0]


@kernel(INT64S, INT64S)
def no_negatives(x, y, begin, end) -> int:
    for i in range(begin, end):
        y[i] = x[i]
        if x[i] < 0:
            return 7
    return 0


@kernel(INT64S, INT64S, INDEX)
def mix(x, y, turns, begin, end):
    for i in range(begin, end):
        value = x[i]
        for turn in range(turns):
            value = value * 6364136223846793005 + turn
        y[i] = value


@kernel(INT64S, INT64S, INDEX)
def reach(x, y, by, begin, end):
    for i in range(begin, end):
        y[i] = x[i + by]


_SOURCES = {
    source.function.__name__: source for source in (add, count, less, no_negatives, mix, reach)
}


@cache
def known(name: str) -> Kernel:
    """The kernel of that name here, else the product's."""
    source = _SOURCES.get(name)
    if source is None:
        return product_kernel(name)
    return Kernel(
        name, source.fields, link(f"tests.{name}", compile_kernel(source, f"tests.{name}"))
    )


@pytest.fixture
def flat_kernels(monkeypatch):
    """Programs may call these kernels."""
    monkeypatch.setattr(assembly, "kernel", known)


def called(name: str, *arguments, chunks: int = 1, grain: int | None = None) -> Instruction:
    """An instruction, serial unless it has a grain."""
    return Instruction(name, arguments, chunks, chunks if grain is None else grain)
