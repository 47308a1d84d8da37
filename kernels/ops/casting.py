"""CAST between element types.

Integers keep their low bits. A float becomes an integer by dropping its fraction; one that is
too large becomes the largest, and so does NaN. A complex number loses its imaginary part.
Source: ``tflite/kernels/cast.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.constant import DTYPES
from kernels.element_types import FLOAT, PACKED, integer_limits, require_type
from kernels.errors import UnsupportedOperatorError
from kernels.node import Array, Node, Run

_INTEGERS = ("INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64")
_FLOATS = ("FLOAT16", "FLOAT32", "FLOAT64", "COMPLEX64")
_TYPES = (*_INTEGERS, *_FLOATS, "BOOL")


def prepare(node: Node) -> Run:
    """Returns the kernel; the type to cast to is that of the output tensor."""
    of = require_type(node, (*_TYPES, *PACKED))
    to = node.outputs[0].tensor.type
    if to not in _makes(of):
        raise UnsupportedOperatorError(
            f"It cannot make {to}.",
            f"It makes {', '.join(_makes(of))}.",
        )
    dtype = DTYPES[to]

    def run(x: Array) -> tuple[Array, ...]:
        real = x.real if dtype.kind != "c" else x
        if real.dtype.kind == "f" and dtype.kind in "iu":
            return (_saturated(real, to),)
        return (real.astype(dtype),)

    return run


def _makes(of: str) -> tuple[str, ...]:
    """What a type can become: packed integers are made of float32 and become it."""
    if of in PACKED:
        return FLOAT
    return (*_TYPES, *PACKED) if of in FLOAT else _TYPES


def _saturated(x: Array, to: str) -> Array:
    """Towards zero, and no further than the type reaches."""
    low, high = integer_limits(to)
    above = ~(x < float(high))
    below = x <= float(low)
    inside = np.where(above | below, 0, x).astype(DTYPES[to])
    inside[above], inside[below] = high, low
    return inside
