"""Functions of one tensor, element by element: ABS, CEIL, COS, EXP, ... SQUARE.

Source: ``tflite/kernels/{elementwise,ceil,exp,floor,neg,round,sign}.cc`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.element_types import FLOAT, NUMBERS, SIGNED, or_quantized, require_type
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
from kernels.ops import quantized_elementwise


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


absolute = or_quantized(
    elementwise(np.abs, ("FLOAT32", "INT32", "INT16")), quantized_elementwise.absolute, ("INT16",)
)
ceil = elementwise(np.ceil)
cos = by_runtime(xnnpack_cos, reference_cos)
exp = or_quantized(by_runtime(xnnpack_exp, reference_exp), quantized_elementwise.exp)
floor = elementwise(np.floor)
log = or_quantized(by_runtime(xnnpack_log, reference_log), quantized_elementwise.log)
negative = or_quantized(
    elementwise(np.negative, (*NUMBERS, *SIGNED)), quantized_elementwise.negative, SIGNED
)
round_half_to_even = elementwise(np.rint)
rsqrt = or_quantized(
    by_runtime(xnnpack_rsqrt, _reciprocal_square_root),
    quantized_elementwise.reciprocal_square_root,
)
sign = elementwise(np.sign, ("FLOAT32", "FLOAT64", "INT32"))
sin = by_runtime(xnnpack_sin, reference_sin)
sqrt = or_quantized(by_runtime(xnnpack_sqrt, np.sqrt), quantized_elementwise.square_root)
square = elementwise(np.square)
