import numpy as np
import pytest

from tests.build_model import constant, single_operator
from tests.oracle import Fixed, operator_model, random
from tests.plain_and_flat import assert_flat, kernels_of, operator_flat
from tests.quantized import BYTES, Affine, codes

OPTIONS = [
    {},
    {"align_corners": True},
    {"half_pixel_centers": True},
]
SIZES = [(1, 1), (5, 7), (10, 14), (13, 3), (2, 20)]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 3, 16, 70])
@pytest.mark.parametrize("operator", ["RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"])
def test_floats(operator, channels, size, options):
    x = random(0, 2, 5, 7, channels)
    y = np.empty((2, *size, channels), np.float32)
    operator_flat(operator, [x, Fixed(np.int32(size))], [y], options)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("operator", ["RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"])
def test_bytes(operator, element_type, size, options):
    affine = Affine(element_type, 0.02, 3)
    q = codes(0, affine, 2, 5, 7, 19)
    model = single_operator(
        operator,
        [affine.value("x", q.shape), constant("size", np.int32(size))],
        [affine.value("y", (2, *size, 19))],
        options,
    )

    assert_flat(model, q)


def test_no_images():
    x = random(0, 0, 5, 7, 3)
    y = np.empty((0, 4, 4, 3), np.float32)
    operator_flat("RESIZE_BILINEAR", [x, Fixed(np.int32([4, 4]))], [y])


def test_a_size_that_cannot_be_is_an_error_of_the_plain_kernel():
    x = random(0, 1, 5, 7, 3)
    model = operator_model("RESIZE_BILINEAR", [x, Fixed(np.int32([0, 4]))], [x])

    with pytest.raises(Exception, match="makes at least one of each"):
        kernels_of(model, x)
