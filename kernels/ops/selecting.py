"""Choosing by a condition: SELECT, SELECT_V2, WHERE.

Source: ``tflite/kernels/{select,where}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.node import Array, Node, Run


def select(node: Node) -> Run:
    """x where the condition holds, else y. A vector of conditions chooses whole rows."""

    def run(condition: Array, x: Array, y: Array) -> tuple[Array, ...]:
        if condition.ndim == 1 and x.ndim > 1:
            condition = condition.reshape(-1, *[1] * (x.ndim - 1))
        return (np.where(condition, x, y),)

    return run


def select_v2(node: Node) -> Run:
    """x where the condition holds, else y; all three broadcast."""

    def run(condition: Array, x: Array, y: Array) -> tuple[Array, ...]:
        node.limits.check_broadcast(condition, x, y)
        return (np.where(condition, x, y),)

    return run


def where(node: Node) -> Run:
    """The coordinates of the elements that are not 0: (count, rank) INT64, in row order."""

    def run(condition: Array) -> tuple[Array, ...]:
        return (np.argwhere(condition).astype(np.int64),)

    return run
