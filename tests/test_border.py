import numpy as np
import pytest

from kernels.flat.border import Border, padded_border
from kernels.flat.value import new_value
from kernels.window import Window

X = new_value((2, 4, 5, 3), np.float32)
WIDTHS = np.int32([(0, 0), (1, 2), (3, 4), (0, 0)])


def test_numbers_of_a_border():
    border = Border.of(Window(9, 1, 2), Window(9, 0, 3)).within(Border(0, 1, 1, 0))
    assert border == Border(1, 3, 1, 3)
    assert border.around(X.shape) == (2, 8, 9, 3)
    assert border.numbers(X.shape) == (4, 1, 3, 15, 3, 9)


def test_the_border_of_a_pad():
    assert padded_border([X, WIDTHS]) == padded_border([X, WIDTHS, None]) == Border(1, 2, 3, 4)


@pytest.mark.parametrize(
    "inputs",
    [
        [None, WIDTHS],
        [X, new_value((4, 2), np.int32)],
        [X, WIDTHS, np.float32(1)],
        [X, WIDTHS[1:]],
        [X, -WIDTHS],
        [X, np.int32([(0, 0), (1, 2), (3, 4), (0, 1)])],
        [X, np.int32([(1, 0), (1, 2), (3, 4), (0, 0)])],
        [new_value((4, 5, 3), np.float32), WIDTHS],
    ],
)
def test_any_other_pad(inputs):
    assert padded_border(inputs) is None
