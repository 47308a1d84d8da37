"""Where a sliding window falls on one spatial dimension: convolution and pooling.

Source: ``tflite/kernels/padding.h`` of google-ai-edge/LiteRT (``ComputeOutSize``,
``ComputePaddingWithOffset``).
"""

from __future__ import annotations

from dataclasses import dataclass

from kernels.errors import ModelError

SAME, VALID = 0, 1
"""The schema's Padding."""


@dataclass(frozen=True)
class Window:
    """A window placed on a dimension: ``positions`` outputs, with ``before`` and ``after``
    padded elements at the ends of the input."""

    positions: int
    before: int
    after: int


def place_window(length: int, size: int, stride: int, padding: int, dilation: int = 1) -> Window:
    """Places a window of ``size`` taps, ``dilation`` apart, on ``length`` elements.

    Raises ModelError for sizes below 1, an unknown padding, or a window that does not fit.
    """
    if min(size, stride, dilation) < 1 or padding not in (SAME, VALID):
        raise ModelError(
            f"A window of size {size}, stride {stride}, dilation {dilation}, padding {padding} "
            "is impossible.",
            "Sizes are at least 1, padding is SAME (0) or VALID (1); the file may be damaged.",
        )
    reach = (size - 1) * dilation + 1
    if padding == VALID:
        if length < reach:
            raise ModelError(
                f"A window that spans {reach} elements does not fit on {length} without padding.",
                "Give the model a larger input.",
            )
        return Window((length - reach) // stride + 1, 0, 0)
    positions = -(-length // stride)
    padded = max((positions - 1) * stride + reach - length, 0)
    return Window(positions, padded // 2, padded - padded // 2)
