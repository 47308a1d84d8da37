"""Comparisons and logic, to BOOL: EQUAL ... LESS_EQUAL, LOGICAL_AND, LOGICAL_OR, LOGICAL_NOT.

Source: ``tflite/kernels/{comparisons,logical}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.affine import has_one_quantization, require_one_quantization
from kernels.element_types import (
    NUMBERS,
    QUANTIZED,
    has_scale,
    present_inputs,
    require_one_type,
)
from kernels.node import Array, Node, Prepare, Run
from kernels.ops.elementwise import elementwise
from kernels.per_tensor import PerTensor
from kernels.requantization import Multiplier, multiply_by_quantized_multiplier

_ORDERED = (*NUMBERS, "INT16", "INT8", "UINT8")
_COMPARABLE = (*_ORDERED, "BOOL", "STRING")
_BOOLEAN = ("BOOL",)
_WIDE = ("INT16",)
_HEADROOM_BITS = 8
"""By which TFLite shifts integers before it multiplies them by their scale."""


def _comparison(
    compute: Callable[[Array, Array], Array], types: tuple[str, ...], exact: tuple[str, ...] = ()
) -> Prepare:
    """Of types in ``exact`` the integers are compared as they are, if both mean the same; of
    different scales LiteRT compares them so too, here their real values."""

    def prepare(node: Node) -> Run:
        element_type = require_one_type(node, types)
        scaled = element_type in QUANTIZED and has_scale(node.operand(0).tensor)
        if scaled and not (element_type in exact and has_one_quantization(present_inputs(node))):
            return _scaled(node, compute)
        require_one_quantization(present_inputs(node))

        def run(x: Array, y: Array) -> tuple[Array, ...]:
            node.limits.check_broadcast(x, y)
            return (np.asarray(compute(x, y), dtype=np.bool_),)

        return run

    return prepare


def _scaled(node: Node, compute: Callable[[Array, Array], Array]) -> Run:
    """Of integers with scales: their real values in fixed point, where close codes may be equal."""
    left, right = (PerTensor.of(operand.tensor) for operand in present_inputs(node))

    def run(x: Array, y: Array) -> tuple[Array, ...]:
        node.limits.check_broadcast(x, y)
        return (np.asarray(compute(_real(left, x), _real(right, y)), dtype=np.bool_),)

    return run


def _real(tensor: PerTensor, q: Array) -> Array:
    multiplier = Multiplier.of(tensor.scale)
    return multiply_by_quantized_multiplier(tensor.centred(q) << _HEADROOM_BITS, multiplier)


equal = _comparison(np.equal, _COMPARABLE)
not_equal = _comparison(np.not_equal, _COMPARABLE)
less = _comparison(np.less, _ORDERED, _WIDE)
less_equal = _comparison(np.less_equal, _ORDERED, _WIDE)
greater = _comparison(np.greater, _ORDERED, _WIDE)
greater_equal = _comparison(np.greater_equal, _ORDERED, _WIDE)
logical_and = _comparison(np.logical_and, _BOOLEAN)
logical_or = _comparison(np.logical_or, _BOOLEAN)
logical_not = elementwise(np.logical_not, _BOOLEAN)
