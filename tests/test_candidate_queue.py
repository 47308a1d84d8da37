"""The queue of candidates: sorted, and ties as LiteRT has them (see test_suppression)."""

import numpy as np
import pytest

from kernels.candidate_queue import Candidate, CandidateQueue


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 50])
def test_the_largest_first(count):
    scores = np.random.default_rng(count).integers(0, 9, count).astype(np.float32)
    queue = CandidateQueue()
    for index, score in enumerate(scores):
        queue.push(Candidate(score, index, 0))
    taken = [queue.pop() for _ in range(len(queue))]
    assert [c.score for c in taken] == sorted(scores, reverse=True)
    assert sorted(c.box for c in taken) == list(range(count))
    assert len(queue) == 0
