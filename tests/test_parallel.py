"""Chunks of a kernel on several threads: each runs once."""

import numpy as np
import pytest

from kernels.kernel import kernel
from kernels.parallel import processors, run_parallel

PART = 16


def largest(weights, begin, end, threads):
    """The kernel that finds the bits of magnitudes; what it does not reach stays -1."""
    found = np.full(weights.size // PART, -1, np.int32)
    arguments = weights, found, weights.size, found.size, PART, 1
    run_parallel(kernel("weight_rows.find_largest"), arguments, begin, end, threads)
    return found


@pytest.mark.parametrize("threads", [0, 1, 2, 3, 8, 100])
@pytest.mark.parametrize(("begin", "end"), [(0, 20), (0, 1), (5, 17), (7, 7), (0, 0)])
def test_every_chunk_runs(threads, begin, end):
    weights = np.random.default_rng(0).normal(size=20 * PART).astype(np.float32)
    expected = np.full(20, -1, np.int32)
    magnitudes = np.abs(weights).reshape(20, PART).max(axis=1)
    expected[begin:end] = magnitudes[begin:end].view(np.int32)
    np.testing.assert_array_equal(largest(weights, begin, end, threads), expected)


def test_processors():
    assert processors() >= 1
