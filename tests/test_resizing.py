"""RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR, against loops over pixels, and LiteRT."""

import math

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from tests.oracle import Fixed, check, integers, operator_model, random

BILINEAR_TOLERANCE = 1e-5
"""Places between pixels are float32: at pixel 20 they have 2e-6 to lose."""
GRIDS = [(False, False), (True, False), (False, True)]
SIZES = [
    ((1, 1, 1, 1), (3, 2)),
    ((1, 4, 6, 3), (4, 6)),
    ((2, 3, 5, 2), (7, 4)),
    ((1, 17, 9, 4), (5, 20)),
]


def place(pixel, length, result, corners, half):
    if corners and result > 1:
        return pixel * np.float32(length - 1) / np.float32(result - 1)
    scale = np.float32(length) / np.float32(result)
    return (pixel + 0.5) * scale - 0.5 if half else pixel * scale


def bilinear(x, size, corners, half):
    height, width = x.shape[1:3]
    result = np.empty((x.shape[0], *size, x.shape[3]))
    for i, j in np.ndindex(*size):
        y = min(max(place(i, height, size[0], corners, half), 0), height - 1)
        z = min(max(place(j, width, size[1], corners, half), 0), width - 1)
        top, left = math.floor(y), math.floor(z)
        bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
        upper = x[:, top, left] * (1 - z + left) + x[:, top, right] * (z - left)
        lower = x[:, bottom, left] * (1 - z + left) + x[:, bottom, right] * (z - left)
        result[:, i, j] = upper * (1 - y + top) + lower * (y - top)
    return result.astype(np.float32)


def options(corners, half):
    return {"align_corners": corners, "half_pixel_centers": half}


@pytest.mark.parametrize(("corners", "half"), GRIDS)
@pytest.mark.parametrize(("shape", "size"), SIZES)
def test_bilinear(shape, size, corners, half):
    x = random(1, *shape)
    expected = bilinear(x, size, corners, half)
    inputs = [x, Fixed(np.int32(size))]
    check("RESIZE_BILINEAR", inputs, expected, options(corners, half), tolerance=BILINEAR_TOLERANCE)


def nearest(x, size, corners, half):
    result = np.empty((x.shape[0], *size, x.shape[3]), x.dtype)
    for i, j in np.ndindex(*size):
        at = []
        for pixel, length, wanted in zip((i, j), x.shape[1:3], size, strict=True):
            centre = place(pixel, length, wanted, corners, half) + (0.5 if half else 0)
            at.append(min(math.floor(centre + 0.5 if corners else centre), length - 1))
        result[:, i, j] = x[:, at[0], at[1]]
    return result


@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.uint8])
@pytest.mark.parametrize(("corners", "half"), GRIDS)
@pytest.mark.parametrize(("shape", "size"), SIZES)
def test_nearest(shape, size, corners, half, dtype):
    x = integers(1, *shape, low=0, high=100, dtype=dtype)
    expected = nearest(x, size, corners, half)
    given = options(corners, half)
    runs = ["reference"] if dtype is not np.float32 else ["xnnpack", "reference"]
    check("RESIZE_NEAREST_NEIGHBOR", [x, Fixed(np.int32(size))], expected, given, litert_runs=runs)


def run(x, size, limits=None):
    model = operator_model("RESIZE_BILINEAR", [x, np.int32(size)], [x])
    return Interpreter(model, limits=limits).invoke(in0=x, in1=np.int32(size))["out0"]


@pytest.mark.parametrize(
    ("shape", "size"),
    [((1, 4, 4), [2, 2]), ((1, 4, 4, 1), [0, 2]), ((1, 4, 4, 1), [2]), ((1, 0, 4, 1), [2, 2])],
)
def test_what_is_no_image_or_size(shape, size):
    with pytest.raises(InputError, match="RESIZE_BILINEAR of a tensor"):
        run(random(1, *shape), size)


def test_beyond_the_limit():
    with pytest.raises(ModelError, match="the limit is 1000"):
        run(random(1, 1, 2, 2, 1), [2**20, 2**20], Limits(tensor_bytes=1000))
