"""Chunks of a kernel on several threads: each runs once."""

import numpy as np
import pytest

from kernels.kernel import kernel
from kernels.parallel import processors, run_parallel

CHUNKS, PART = 20, 16


@pytest.mark.parametrize("threads", [0, 1, 2, 3, 8, 100])
@pytest.mark.parametrize("slab", [1, 3, 1000, None])
def test_every_chunk_runs_once(threads, slab):
    weights = np.random.default_rng(0).normal(size=CHUNKS * PART).astype(np.float32)
    found, ran = np.full(CHUNKS, -1, np.int32), []
    arguments = weights, found, weights.size, CHUNKS, PART, 1
    code = kernel("weight_rows.find_largest")
    run_parallel(code, arguments, CHUNKS, threads, slab, lambda *share: ran.append(share))
    magnitudes = np.abs(weights).reshape(CHUNKS, PART).max(axis=1)
    np.testing.assert_array_equal(found, magnitudes.view(np.int32))
    assert sorted(chunk for share in ran for chunk in range(*share)) == [*range(CHUNKS)]
    assert max(end - begin for begin, end in ran) <= (slab or CHUNKS)


def test_no_chunks():
    weights, found = np.zeros(PART, np.float32), np.full(1, -1, np.int32)
    arguments = weights, found, PART, 1, PART, 1
    ran = []
    run_parallel(kernel("weight_rows.find_largest"), arguments, 0, 2, 1, lambda *_: ran.append(1))
    assert found[0] == -1
    assert not ran


def test_processors():
    assert processors() >= 1
