"""Boxes by score, those of equal scores in the order of the C++ library that LiteRT is built with.

Source: ``__push_heap`` and ``__adjust_heap`` of libstdc++ (``bits/stl_heap.h``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Candidate(NamedTuple):
    """``compared``: how many selected boxes it need not be compared with."""

    score: np.float32
    box: int
    compared: int


class CandidateQueue:
    """A binary heap, the largest score first."""

    def __init__(self) -> None:
        self._heap: list[Candidate] = []

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, candidate: Candidate) -> None:
        """Adds a candidate."""
        self._heap.append(candidate)
        self._rise(len(self._heap) - 1, candidate)

    def pop(self) -> Candidate:
        """Takes away the candidate of the largest score."""
        heap = self._heap
        first, last = heap[0], heap.pop()
        if not heap:
            return first
        hole = 0
        while (right := 2 * hole + 2) < len(heap):
            child = right - 1 if heap[right].score < heap[right - 1].score else right
            heap[hole], hole = heap[child], child
        if right == len(heap):
            heap[hole], hole = heap[right - 1], right - 1
        self._rise(hole, last)
        return first

    def _rise(self, hole: int, candidate: Candidate) -> None:
        """Puts a candidate into a hole, or above it while those there are smaller."""
        heap = self._heap
        while hole and heap[(hole - 1) // 2].score < candidate.score:
            heap[hole] = heap[(hole - 1) // 2]
            hole = (hole - 1) // 2
        heap[hole] = candidate
