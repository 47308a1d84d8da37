"""The loops that find a machine's peaks compute what they say, on every instruction set here."""

import numpy as np
import pytest

from kernels.isa import INSTRUCTION_SETS
from kernels.kernel import kernel
from tests.tiles import USABLE

VECTORS = [isa for isa in USABLE if INSTRUCTION_SETS[isa].needs]
ROWS, COLUMNS, TURNS = 2, 4, 3


def integers(seed, count, dtype):
    low = 0 if dtype == "uint8" else -50
    return np.random.default_rng(seed).integers(low, 50, count).astype(dtype)


@pytest.mark.parametrize("isa", VECTORS)
def test_floats(isa):
    lanes = INSTRUCTION_SETS[isa].lanes
    left, right = (integers(i, n, "float32") for i, n in enumerate((ROWS, COLUMNS * lanes)))
    sums = integers(2, (ROWS, COLUMNS * lanes), "float32")
    expected = sums + TURNS * left[:, None] * right
    kernel(f"{isa}.float_peak")(left, right, sums, TURNS, chunks=1)
    assert np.array_equal(sums, expected)


@pytest.mark.parametrize("isa", VECTORS)
def test_integers(isa):
    facts = INSTRUCTION_SETS[isa]
    left = integers(0, ROWS * facts.group, facts.code)
    right = integers(1, (COLUMNS * facts.lanes, facts.group), "int8")
    sums = integers(2, (ROWS, COLUMNS * facts.lanes), "int32")
    expected = sums.copy()
    for turn in range(TURNS):
        codes = (left.view("int32") + turn).view(facts.code).reshape(ROWS, facts.group)
        expected += codes.astype("int32") @ right.T.astype("int32")
    kernel(f"{isa}.integer_peak")(left, right, sums, TURNS, chunks=1)
    assert np.array_equal(sums, expected)


def test_plain_loops():
    right = integers(0, 128, "float32")
    floats, codes = np.ones(128, "float32"), np.ones(128, "int32")
    kernel("generic.float_peak")(np.float32([3]), right, floats, TURNS, chunks=1)
    assert np.array_equal(floats, 1 + 9 * right)
    kernel("generic.integer_peak")(np.int16([3]), right.astype("int8"), codes, TURNS, chunks=1)
    assert np.array_equal(codes, 1 + (3 + 4 + 5) * right)


@pytest.mark.parametrize("isa", USABLE)
def test_reading(isa):
    facts = INSTRUCTION_SETS[isa]
    count = 8 * (facts.lanes if facts.needs else 16)
    words, sums = integers(0, (TURNS, count), "int32"), integers(1, count, "int32")
    expected = sums + words.sum(axis=0)
    kernel(f"{isa}.read")(words, sums, TURNS, chunks=1)
    assert np.array_equal(sums, expected)
