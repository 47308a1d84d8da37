"""PAD as instructions: a border around images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.affine import stored_zero
from kernels.flat.border import padded_border
from kernels.flat.instruction import Lowered
from kernels.flat.quantize import bordered_bytes, bordered_floats
from kernels.flat.value import Source, Value
from kernels.node import Node


def pad(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """PAD of rows and columns of images, with zeros; floats and bytes."""
    border, x = padded_border(inputs), inputs[0]
    if border is None or not isinstance(x, Value) or not x.count:
        return None
    zero = stored_zero(node.outputs[0].tensor)
    if x.dtype == np.float32 and zero == 0:
        y, made = bordered_floats(x, border)
    elif x.dtype in (np.int8, np.uint8) and np.iinfo(x.dtype).min <= zero <= np.iinfo(x.dtype).max:
        y, made = bordered_bytes(x, zero, border)
    else:
        return None
    return Lowered((y,), made)
