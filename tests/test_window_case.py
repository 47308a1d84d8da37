import numpy as np
import pytest

from kernels.flat.border import Border
from kernels.flat.value import new_value
from kernels.flat.window_case import window_case
from kernels.isa import INSTRUCTION_SETS
from kernels.stencil import Stencil
from kernels.window import SAME, VALID

NONE = Border()

CASES = [  # images, window, its stride, dilation, padding, a border
    ((1, 1, 1, 1), (1, 1), (1, 1), (1, 1), VALID, NONE),
    ((2, 9, 8, 3), (3, 3), (1, 1), (1, 1), SAME, NONE),
    ((1, 9, 8, 3), (3, 3), (2, 2), (1, 1), SAME, NONE),
    ((1, 9, 8, 3), (2, 5), (2, 1), (1, 2), SAME, NONE),
    ((1, 9, 8, 3), (3, 3), (2, 2), (1, 1), VALID, Border(1, 0, 0, 4)),
    ((1, 9, 3, 3), (3, 3), (1, 1), (1, 1), VALID, Border(0, 0, 9, 9)),
    ((1, 3, 2, 3), (3, 7), (1, 1), (1, 1), SAME, NONE),  # no window within
]


def case_of(x, size, stride, dilation, padding, border):
    return window_case(new_value(x, np.float32), Stencil(size, stride, dilation, padding), border)


@pytest.mark.parametrize("given", CASES, ids=str)
def test_windows_are_where_they_are(given):
    x, size, stride, dilation, _, _ = given
    case = case_of(*given)
    starts = [
        np.arange(count) * step - before
        for count, step, before in zip(
            case.positions, stride, (case.border.above, case.border.left), strict=True
        )
    ]
    ends = [s + (k - 1) * d for s, k, d in zip(starts, size, dilation, strict=True)]
    padded = case.border.around(x)
    assert all(
        end[-1] < n - before
        for end, n, before in zip(
            ends, padded[1:3], (case.border.above, case.border.left), strict=True
        )
    )
    assert case.reach == tuple(int(e[-1] - s[0] + 1) for s, e in zip(starts, ends, strict=True))
    first, last = case.inner_columns
    within = (starts[1] >= 0) & (ends[1] < x[2])
    expected = np.zeros(case.positions[1], bool)
    expected[first:last] = True
    np.testing.assert_array_equal(within, expected)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 112, 3, 32), (3, 40, 3, 100), (9, 200, 3, 7)])
@pytest.mark.parametrize("vectors", [1, 2])
def test_chunks_are_all_bands_of_all_blocks(shape, vectors):
    images, rows, _, channels = shape
    case, isa = case_of(shape, (1, 1), (1, 1), (1, 1), VALID, NONE), INSTRUCTION_SETS["avx2"]
    wide, rest = divmod(channels, 8 * vectors)
    blocks = wide + len(range(0, rest, 8))
    bands = len(range(0, rows, case.band))
    assert case.chunks(isa, vectors) == images * bands * blocks
    assert case.chunks(INSTRUCTION_SETS["generic"], vectors) == images * rows


@pytest.mark.parametrize("rows", [1, 2, 3, 16, 31, 33, 200, 257])
@pytest.mark.parametrize("images", [1, 16])
def test_rows_share_what_they_see(images, rows):
    case = case_of((images, rows, 3, 1), (3, 3), (1, 1), (1, 1), SAME, NONE)
    bands = [min(case.band, rows - start) for start in range(0, rows, case.band)]
    assert case.rows_share == (min(bands) > 1)
    assert not case_of((images, rows, 3, 1), (3, 3), (2, 2), (1, 1), SAME, NONE).rows_share


@pytest.mark.parametrize(
    "given",
    [
        ((3, 3, 3), (1, 1), (1, 1), (1, 1), VALID, NONE),
        ((1, 3, 3, 0), (1, 1), (1, 1), (1, 1), VALID, NONE),
        ((1, 3, 3, 1), (1, 1), (1, 1), (1, 1), VALID, Border(1 << 17, 0, 0, 0)),
        ((1, 3, 70_000, 1), (1, 1), (1, 1), (1, 1), VALID, NONE),
    ],
    ids=str,
)
def test_shapes_that_do_not_fit(given):
    assert case_of(*given) is None
