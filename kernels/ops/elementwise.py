"""Functions of one tensor, element by element: ABS, CEIL, COS, EXP, ... SQUARE.

Source: ``tflite/kernels/{elementwise,ceil,exp,floor,neg,round,sign}.cc`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.element_types import FLOAT, NUMBERS, require_type
from kernels.float_functions import (
    reference_cos,
    reference_exp,
    reference_log,
    reference_sin,
    xnnpack_cos,
    xnnpack_exp,
    xnnpack_log,
    xnnpack_rsqrt,
    xnnpack_sin,
    xnnpack_sqrt,
)
from kernels.node import XNNPACK, Array, Node, Prepare, Run


def elementwise(compute: Callable[[Array], Array], types: tuple[str, ...] = FLOAT) -> Prepare:
    """A kernel that applies ``compute`` to its one input."""

    def prepare(node: Node) -> Run:
        require_type(node, types)

        def run(x: Array) -> tuple[Array, ...]:
            return (compute(x),)

        return run

    return prepare


def by_runtime(xnnpack: Callable[[Array], Array], reference: Callable[[Array], Array]) -> Prepare:
    """A kernel for floats that applies the function of the runtime that is asked for."""

    def prepare(node: Node) -> Run:
        return elementwise(xnnpack if node.numerics == XNNPACK else reference)(node)

    return prepare


def _reciprocal_square_root(x: Array) -> Array:
    return np.reciprocal(np.sqrt(x))


absolute = elementwise(np.abs, ("FLOAT32", "INT32"))
ceil = elementwise(np.ceil)
cos = by_runtime(xnnpack_cos, reference_cos)
exp = by_runtime(xnnpack_exp, reference_exp)
floor = elementwise(np.floor)
log = by_runtime(xnnpack_log, reference_log)
negative = elementwise(np.negative, NUMBERS)
round_half_to_even = elementwise(np.rint)
rsqrt = by_runtime(xnnpack_rsqrt, _reciprocal_square_root)
sign = elementwise(np.sign, ("FLOAT32", "FLOAT64", "INT32"))
sin = by_runtime(xnnpack_sin, reference_sin)
sqrt = by_runtime(xnnpack_sqrt, np.sqrt)
square = elementwise(np.square)
