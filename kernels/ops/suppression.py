"""NON_MAX_SUPPRESSION_V4 and _V5: the best boxes that do not overlap one that is better.

boxes: (n, 4) float32, two opposite corners (y, x, y, x); scores: (n,). V5 also lowers the
score of a box that overlaps a selected one, by exp(-overlap**2 / (2 * sigma)). A selected box is
a candidate again, which overlaps itself; so TFLite selects boxes without area again and again.
Source: ``tflite/kernels/internal/reference/non_max_suppression.h`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernels.candidate_queue import Candidate, CandidateQueue
from kernels.element_types import FLOAT, require_type
from kernels.errors import InputError
from kernels.float_functions import reference_exp
from kernels.node import Array, Node, Run

CORNERS = 4


@dataclass(frozen=True)
class _Rule:
    """``count`` boxes at most; ``overlap`` and ``score`` are thresholds; ``scale`` is
    -1 / (2 * sigma), None without soft suppression."""

    count: int
    overlap: np.float32
    score: np.float32
    scale: np.float32 | None


def hard(node: Node) -> Run:
    """NON_MAX_SUPPRESSION_V4: indices and how many there are."""
    require_type(node, FLOAT)

    def run(
        boxes: Array, scores: Array, count: Array, overlap: Array, score: Array
    ) -> tuple[Array, ...]:
        rule = _rule(node, count, overlap, score, 0.0)
        indices, _ = _select(_checked(boxes, scores), scores, rule)
        return _padded(np.asarray(indices, np.int32), rule), _count(indices)

    return run


def soft(node: Node) -> Run:
    """NON_MAX_SUPPRESSION_V5: indices, scores, and how many there are."""
    require_type(node, FLOAT)

    def run(
        boxes: Array, scores: Array, count: Array, overlap: Array, score: Array, sigma: Array
    ) -> tuple[Array, ...]:
        rule = _rule(node, count, overlap, score, sigma.item())
        indices, kept = _select(_checked(boxes, scores), scores, rule)
        outputs = (np.asarray(indices, np.int32), np.asarray(kept, np.float32))
        return *(_padded(values, rule) for values in outputs), _count(indices)

    return run


def _rule(node: Node, count: Array, overlap: Array, score: Array, sigma: float) -> _Rule:
    if count.item() < 0 or sigma < 0:
        raise InputError(
            f"{node.name} is asked for {count.item()} boxes with sigma {sigma}.",
            "Neither is negative.",
        )
    node.limits.check_size((count.item(),), np.dtype(np.float32).itemsize)
    scale = np.float32(-0.5 / sigma) if sigma > 0 else None
    return _Rule(count.item(), np.float32(overlap.item()), np.float32(score.item()), scale)


def _checked(boxes: Array, scores: Array) -> Array:
    if boxes.shape[1:] != (CORNERS,) or scores.shape != boxes.shape[:1]:
        raise InputError(
            f"Boxes {boxes.shape} with scores {scores.shape}.",
            "Boxes are (n, 4), scores (n,).",
        )
    return boxes


def _padded(values: Array, rule: _Rule) -> Array:
    """As many values as boxes were asked for: zeros follow."""
    return np.pad(values, (0, rule.count - len(values)))


def _count(indices: list[int]) -> Array:
    return np.asarray(len(indices), np.int32)


def _select(boxes: Array, scores: Array, rule: _Rule) -> tuple[list[int], list[np.float32]]:
    """Indices of the selected boxes, and their scores when they were."""
    queue = CandidateQueue()
    for i in np.flatnonzero(scores > rule.score):
        queue.push(Candidate(scores[i], int(i), 0))
    most = min(len(queue), rule.count)
    indices: list[int] = []
    kept: list[np.float32] = []
    while queue and len(indices) < most:
        candidate = queue.pop()
        overlaps = _overlaps(boxes, candidate.box, indices[candidate.compared :])
        score = _lowered(candidate.score, overlaps, rule)
        if score is None:
            continue
        compared = len(indices)
        if score == candidate.score:
            indices.append(candidate.box)
            kept.append(score)
        if score > rule.score:
            queue.push(Candidate(score, candidate.box, compared))
    return indices, kept


def _lowered(score: np.float32, overlaps: Array, rule: _Rule) -> np.float32 | None:
    """The score after overlaps with the boxes selected meanwhile, the last first; None if one
    suppresses it."""
    for overlap in overlaps[::-1]:
        if overlap >= rule.overlap:
            return None
        if rule.scale is not None:
            score = np.float32(score * reference_exp(np.asarray(rule.scale * overlap * overlap)))
        if score <= rule.score:
            break
    return score


def _overlaps(boxes: Array, index: int, others: list[int]) -> Array:
    """Intersection over union of a box with others: (len(others),); 0 for a box without area."""
    low, high = np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])
    areas = np.prod(high - low, axis=1)
    inner = np.minimum(high[index], high[others]) - np.maximum(low[index], low[others])
    shared = np.prod(np.maximum(inner, 0), axis=1)
    union = areas[index] + areas[others] - shared
    flat = (areas[index] <= 0) | (areas[others] <= 0)
    return np.where(flat, np.float32(0), shared / np.where(flat, np.float32(1), union))
