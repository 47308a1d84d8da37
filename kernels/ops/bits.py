"""The bits of integers: BITCAST, BITWISE_XOR, RIGHT_SHIFT.

Source: ``tflite/kernels/{bitcast,bitwise_xor,right_shift}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.constant import DTYPES
from kernels.element_types import require_one_type
from kernels.errors import InputError, UnsupportedOperatorError
from kernels.node import Array, Node, Run

INTEGERS = ("INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32")
WHOLE_BYTES = tuple(
    name for name in DTYPES if name not in ("STRING", "BOOL", "INT4", "UINT4", "INT2")
)
"""What BITCAST reads and makes: any bits are a value of such a type."""

BYTE_BITS = 8


def bitcast(node: Node) -> Run:
    """The bytes of x as another type: a smaller one adds a last dimension, a larger one
    takes it away."""
    source, target = node.operand(0).tensor.type, node.outputs[0].tensor.type
    for name in (source, target):
        if name not in WHOLE_BYTES:
            raise UnsupportedOperatorError(
                f"It casts the bits of {source} to {target}.", f"It takes {', '.join(WHOLE_BYTES)}."
            )
    dtype = DTYPES[target]

    def run(x: Array) -> tuple[Array, ...]:
        ratio, rest = divmod(dtype.itemsize, x.itemsize)
        if rest or ratio == 1:
            pieces = x.itemsize // dtype.itemsize
            shape = (*x.shape, pieces) if pieces > 1 else x.shape
            return (x.reshape(-1).view(dtype).reshape(shape),)
        if x.shape[-1:] != (ratio,):
            raise InputError(
                f"BITCAST makes one {target} of {ratio} {source}, but the tensor is {x.shape}.",
                f"Its last dimension must be {ratio}.",
            )
        return (x.reshape(-1).view(dtype).reshape(x.shape[:-1]),)

    return run


def bitwise_xor(node: Node) -> Run:
    """Bits that are set in one of the two."""
    require_one_type(node, INTEGERS)

    def run(x: Array, y: Array) -> tuple[Array, ...]:
        node.limits.check_broadcast(x, y)
        return (np.bitwise_xor(x, y),)

    return run


def right_shift(node: Node) -> Run:
    """x shifted down by y bits, the sign kept; y is clamped to what x has."""
    require_one_type(node, INTEGERS)

    def run(x: Array, y: Array) -> tuple[Array, ...]:
        node.limits.check_broadcast(x, y)
        return (np.right_shift(x, np.clip(y, 0, BYTE_BITS * x.itemsize - 1)),)

    return run
