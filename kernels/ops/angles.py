"""ATAN2: the angle of the point (x, y).

Source: ``tflite/kernels/atan2.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.element_types import require_one_type
from kernels.errors import InputError
from kernels.float_functions import angle
from kernels.node import Array, Node, Run


def atan2(node: Node) -> Run:
    """From y and x of one shape, in (-pi, pi]."""
    require_one_type(node, ("FLOAT16", "FLOAT32", "FLOAT64"))

    def run(y: Array, x: Array) -> tuple[Array, ...]:
        if y.shape != x.shape:
            raise InputError(f"ATAN2 of {y.shape} and {x.shape}.", "Both have one shape.")
        return (angle(y, x) if x.dtype == np.float32 else np.arctan2(y, x),)

    return run
