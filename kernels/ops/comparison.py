"""Comparisons and logic, to BOOL: EQUAL ... LESS_EQUAL, LOGICAL_AND, LOGICAL_OR, LOGICAL_NOT.

Source: ``tflite/kernels/{comparisons,logical}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.affine import require_one_quantization
from kernels.element_types import NUMBERS, present_inputs, require_one_type
from kernels.node import Array, Node, Prepare, Run
from kernels.ops.elementwise import elementwise

_ORDERED = (*NUMBERS, "INT16", "INT8", "UINT8")
_COMPARABLE = (*_ORDERED, "BOOL", "STRING")
_BOOLEAN = ("BOOL",)


def _comparison(compute: Callable[[Array, Array], Array], types: tuple[str, ...]) -> Prepare:
    def prepare(node: Node) -> Run:
        require_one_type(node, types)
        require_one_quantization(present_inputs(node))

        def run(x: Array, y: Array) -> tuple[Array, ...]:
            node.limits.check_broadcast(x, y)
            return (np.asarray(compute(x, y), dtype=np.bool_),)

        return run

    return prepare


equal = _comparison(np.equal, _COMPARABLE)
not_equal = _comparison(np.not_equal, _COMPARABLE)
less = _comparison(np.less, _ORDERED)
less_equal = _comparison(np.less_equal, _ORDERED)
greater = _comparison(np.greater, _ORDERED)
greater_equal = _comparison(np.greater_equal, _ORDERED)
logical_and = _comparison(np.logical_and, _BOOLEAN)
logical_or = _comparison(np.logical_or, _BOOLEAN)
logical_not = elementwise(np.logical_not, _BOOLEAN)
