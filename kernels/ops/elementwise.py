"""Functions of one tensor, element by element: ABS, CEIL, COS, EXP, ... SQUARE.

Source: ``tflite/kernels/{elementwise,ceil,exp,floor,neg,round,sign}.cc`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.element_types import FLOAT, NUMBERS, require_type
from kernels.node import Array, Node, Prepare, Run


def elementwise(compute: Callable[[Array], Array], types: tuple[str, ...] = FLOAT) -> Prepare:
    """A kernel that applies ``compute`` to its one input."""

    def prepare(node: Node) -> Run:
        require_type(node, types)

        def run(x: Array) -> tuple[Array, ...]:
            return (compute(x),)

        return run

    return prepare


def _reciprocal_square_root(x: Array) -> Array:
    return np.reciprocal(np.sqrt(x))


absolute = elementwise(np.abs, ("FLOAT32", "INT32"))
ceil = elementwise(np.ceil)
cos = elementwise(np.cos)
exp = elementwise(np.exp)
floor = elementwise(np.floor)
log = elementwise(np.log)
negative = elementwise(np.negative, NUMBERS)
round_half_to_even = elementwise(np.rint)
rsqrt = elementwise(_reciprocal_square_root)
sign = elementwise(np.sign, ("FLOAT32", "FLOAT64", "INT32"))
sin = elementwise(np.sin)
sqrt = elementwise(np.sqrt)
square = elementwise(np.square)
