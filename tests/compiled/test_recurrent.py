"""Steps of recurrent operators, against NumPy."""

import numpy as np
import pytest

from kernels.kernel import kernel
from kernels.transcendental import logistic, tanh
from tests.tiles import bits

EDGES = np.float32([0, -0.0, 1e-40, np.inf, -np.inf, np.nan, 104, -104, -103.99, 16.63, 7.907, 1])


def all_floats():
    """Floats of every size."""
    rng = np.random.default_rng(0)
    spread = np.exp2(rng.uniform(-30, 8, 20_000)) * rng.choice([-1, 1], 20_000)
    return np.concatenate([EDGES, np.linspace(-20, 20, 20_001), spread]).astype(np.float32)


def test_tanh_is_eigens():
    x = all_floats()
    y = np.empty_like(x)
    kernel("recurrent.hidden_tanh")(x, y, x.size, chunks=-(-x.size // 4096))
    np.testing.assert_array_equal(bits(y), bits(tanh(x)))


@pytest.mark.parametrize(("rows", "cells", "block"), [(1, 1, 64), (3, 130, 64), (2, 64, 16)])
@pytest.mark.parametrize("clip", [np.inf, 0.4])
@pytest.mark.parametrize("coupled", [False, True])
def test_cells(rows, cells, block, clip, coupled):
    rng = np.random.default_rng(0)
    count = 3 if coupled else 4
    gates = (rng.standard_normal((rows, count, cells)) * 4).astype(np.float32)
    cell = rng.standard_normal((rows, cells)).astype(np.float32)
    before, hidden = cell.copy(), np.zeros_like(cell)
    if cells > len(EDGES):
        gates[0, :, : len(EDGES)] = EDGES
    name = "recurrent.coupled_cell" if coupled else "recurrent.lstm_cell"
    chunks = rows * -(-cells // block)
    kernel(name)(gates, cell, hidden, cells, block, clip, chunks=chunks)
    with np.errstate(invalid="ignore"):
        expected, exposed = stepped(gates, before, np.float32(clip))
    np.testing.assert_array_equal(bits(cell), bits(expected))
    np.testing.assert_array_equal(bits(hidden), bits(exposed))


def stepped(gates, before, bound):
    """The cell and the hidden value after a step."""
    *entry, forget, candidate, exposed = np.moveaxis(gates, 1, 0)
    opened = logistic(forget)
    admitted = logistic(entry[0]) if entry else 1 - opened
    kept = np.clip(opened * before + admitted * tanh(candidate), -bound, bound)
    return kept, logistic(exposed) * tanh(kept)


def test_the_logistic_function_is_eigens():
    """A cell that forgets all and takes 1 - forget of the rest shows it."""
    x = all_floats()
    gates = np.zeros((3, x.size), np.float32)
    gates[0] = x
    cell, hidden = np.ones(x.size, np.float32), np.zeros(x.size, np.float32)
    arguments = (gates.reshape(-1), cell, hidden, x.size, x.size, np.inf)
    kernel("recurrent.coupled_cell")(*arguments, chunks=1)
    with np.errstate(invalid="ignore"):
        expected = logistic(x) + (1 - logistic(x)) * np.float32(0)
    np.testing.assert_array_equal(bits(cell), bits(expected))


@pytest.mark.parametrize("length", [1, 2, 5])
def test_steps_of_time(length):
    time, is_last, seen = np.zeros(1, np.int32), np.zeros(1, np.bool_), []
    while not is_last:
        seen.append(int(time[0]))
        kernel("recurrent.next_step")(time, is_last, 1, length - 1, chunks=1)
    assert seen == [*range(length)]
