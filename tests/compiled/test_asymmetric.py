import numpy as np
import pytest

from kernels.activation_quantization import asymmetric
from kernels.kernel import kernel

RANGES = [
    (0, 0),
    (0, 1),
    (-1, 0),
    (-1, 1),
    (-0.7, 12.5),
    (-1e-30, 1e30),
    (-3e38, 3e38),  # the span is infinite
    (0, 1e-37),
    (0, 1e-44),  # so small that the inverse of the scale is infinite
    (-np.inf, 1),
    (-1, np.inf),
    (np.nan, 1),
    (-1, np.nan),
    *np.random.default_rng(0).standard_normal((40, 2)) * [-1, 1],
]


def found(lows, highs):
    """Scales, zero points and inverses of images whose parts have these ranges."""
    images, parts = lows.shape
    scales, zeros, inverses = (np.empty(images, kind) for kind in (np.float32, np.int32, "f4"))
    bits = [np.ascontiguousarray(ends, np.float32).view(np.int32) for ends in (lows, highs)]
    kernel("asymmetric.find_parameters")(*bits, scales, zeros, inverses, parts, chunks=images)
    return scales, zeros, inverses


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_equals_the_quantizer(low, high):
    low, high = np.float32(min(low, 0)), np.float32(max(high, 0))
    if np.isnan([low, high]).any():
        low, high = np.float32(0), np.float32(np.nan)
    row = np.float32([[low, high]])
    with np.errstate(all="ignore"):
        expected = asymmetric(row)
    scales, zeros, inverses = found(row[:, :1], row[:, 1:])
    np.testing.assert_array_equal(scales, expected.scale[0])
    if np.isfinite(scales[0]):
        np.testing.assert_array_equal(zeros, expected.zero_point[0])
        steps = np.trunc(row * inverses + np.copysign(0.5, row))
        clipped = np.clip(steps, -128 - zeros, 127 - zeros)
        np.testing.assert_array_equal(clipped, expected.values)


def test_parts_of_images():
    lows, highs = np.float32([[-1, -3, 0], [0, 0, 0]]), np.float32([[5, 0, 2], [0, 7, 1]])
    for several, one in zip(
        found(lows, highs), found(np.float32([[-3], [0]]), np.float32([[5], [7]])), strict=True
    ):
        np.testing.assert_array_equal(several, one)
