import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.flat.rows import LARGEST_COUNT, matrix_rows, window_rows
from kernels.stencil import Stencil, taps
from kernels.window import VALID

CASES = [  # images, window, stride, dilation, groups
    ((1, 1, 1, 1), (1, 1), (1, 1), (1, 1), 1),
    ((2, 5, 6, 3), (3, 2), (2, 1), (1, 1), 1),
    ((2, 7, 6, 4), (2, 3), (1, 2), (2, 1), 1),
    ((1, 9, 9, 4), (3, 3), (1, 1), (1, 2), 1),
    ((2, 4, 5, 6), (2, 2), (1, 1), (1, 1), 3),
]


@pytest.mark.parametrize(("shape", "size", "stride", "dilation", "groups"), CASES)
def test_rows_are_windows(shape, size, stride, dilation, groups):
    images = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    stencil = Stencil(size, stride, dilation, VALID)
    seen = taps(images, stencil)
    rows = window_rows(shape, stencil, seen.shape[1:3], groups)
    places = rows.offsets[:, None, None] + rows.taps[:, None] + np.arange(rows.depth)
    channels = shape[3] // groups
    assert (rows.images, rows.image_step) == (shape[0], images[0].size)
    for group in range(groups):
        made = images.reshape(shape[0], -1)[:, places + group * rows.depth]
        wanted = seen[..., group * channels : (group + 1) * channels]
        np.testing.assert_array_equal(made.reshape(-1), wanted.reshape(-1))


def test_pixels_next_to_each_other_are_one_run():
    rows = window_rows((1, 9, 9, 4), Stencil((3, 3), (1, 1), (2, 1), VALID), (5, 7), 1)
    assert (len(rows.taps), rows.depth) == (3, 12)


def test_rows_of_a_matrix():
    rows = matrix_rows(3, 5, 8)
    assert (rows.offsets.tolist(), rows.taps.tolist(), rows.depth) == ([0, 8, 16], [0], 5)


def test_a_matrix_that_offsets_do_not_reach():
    with pytest.raises(ModelError, match="too large"):
        matrix_rows(LARGEST_COUNT // 16 + 1, 1, 16)
