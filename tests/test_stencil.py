import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.model import Tensor
from kernels.stencil import Stencil, pad, taps
from kernels.window import SAME, VALID, Window

CASES = [  # height, width, size, stride, dilation
    (1, 1, (1, 1), (1, 1), (1, 1)),
    (5, 7, (3, 2), (1, 1), (1, 1)),
    (6, 5, (3, 3), (2, 3), (1, 1)),
    (9, 8, (3, 2), (1, 2), (2, 3)),
    (4, 4, (1, 1), (3, 3), (1, 1)),
]


@pytest.mark.parametrize("padding", [SAME, VALID])
@pytest.mark.parametrize("case", CASES)
def test_taps_see_the_images(case, padding):
    height, width, size, stride, dilation = case
    images = np.random.default_rng(0).standard_normal((2, height, width, 3))
    stencil = Stencil(size, stride, dilation, padding)
    rows, columns = stencil.place(images)
    seen = taps(images, stencil)
    assert seen.shape == (2, rows.positions, columns.positions, *size, 3)
    for y, x, i, j in np.ndindex(*seen.shape[1:5]):
        row = y * stride[0] + i * dilation[0] - rows.before
        column = x * stride[1] + j * dilation[1] - columns.before
        inside = 0 <= row < height and 0 <= column < width
        expected = images[:, row, column] if inside else np.zeros((2, 3))
        np.testing.assert_array_equal(seen[:, y, x, i, j], expected)


def test_taps_of_no_images():
    assert taps(np.zeros((0, 4, 4, 2)), Stencil((3, 3), (1, 1), (1, 1), SAME)).size == 0


def test_taps_cannot_be_written():
    assert not taps(np.zeros((1, 4, 4, 2)), Stencil((3, 3), (1, 1), (1, 1), VALID)).flags.writeable


def test_images_that_need_no_padding_are_not_copied():
    images = np.zeros((1, 4, 4, 2))
    assert pad(images, Window(4, 0, 0), Window(4, 0, 0)) is images


def test_a_window_larger_than_the_image_does_not_fit():
    with pytest.raises(ModelError, match="spans 5 elements does not fit on 4"):
        taps(np.zeros((1, 4, 9, 1)), Stencil((3, 1), (1, 1), (2, 1), VALID))


def test_a_filter_has_four_dimensions():
    with pytest.raises(ModelError, match="'w' has shape"):
        Stencil.of(None, Tensor("w", "FLOAT32", (3, 3)))
