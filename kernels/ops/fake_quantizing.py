"""FAKE_QUANT: floats rounded to the values that quantized integers would have.

Source: ``tflite/kernels/internal/reference/fake_quant.h`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.element_types import FLOAT, require_type
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.node import Array, Node, Run

BITS = range(2, 17)


def prepare(node: Node) -> Run:
    """Returns the kernel. The range is shifted so that 0 is one of its values. NaN stays NaN."""
    require_type(node, FLOAT)
    low, high, scale = _nudged(node)

    def run(x: Array) -> tuple[Array, ...]:
        steps = (np.clip(x, low, high) - low) * (np.float32(1) / scale)
        return (np.floor(steps + np.float32(0.5)) * scale + low,)

    return run


def _nudged(node: Node) -> tuple[np.float32, np.float32, np.float32]:
    """The least and the largest value, and the distance of two. Equals
    ``NudgeQuantizationRange``."""
    options = node.options
    if options.narrow_range:
        raise UnsupportedOperatorError(
            "It has narrow_range, which TFLite refuses too.", "Narrow ranges are for weights."
        )
    if options.num_bits not in BITS or not options.min < options.max:
        raise ModelError(
            f"It quantizes [{options.min}, {options.max}] to {options.num_bits} bits.",
            f"The range ascends and has {BITS.start} to {BITS.stop - 1} bits.",
        )
    most = np.float32((1 << options.num_bits) - 1)
    minimum, maximum = np.float32(options.min), np.float32(options.max)
    scale = (maximum - minimum) / most
    zero = np.floor(np.clip(-minimum / scale, 0, most) + np.float32(0.5))
    return -zero * scale, (most - zero) * scale, scale
