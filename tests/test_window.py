"""Placing a window: against walking along the dimension, tap by tap."""

import pytest

from kernels.errors import ModelError
from kernels.window import SAME, VALID, Window, place_window


@pytest.mark.parametrize(
    ("length", "size", "stride", "padding", "dilation", "expected"),
    [
        (1, 1, 1, VALID, 1, Window(1, 0, 0)),
        (0, 3, 1, SAME, 1, Window(0, 1, 1)),
        (5, 3, 1, SAME, 1, Window(5, 1, 1)),
        (6, 3, 2, SAME, 1, Window(3, 0, 1)),
        (224, 3, 2, SAME, 1, Window(112, 0, 1)),
        (7, 3, 2, VALID, 1, Window(3, 0, 0)),
        (10, 3, 1, SAME, 4, Window(10, 4, 4)),
        (10, 3, 1, VALID, 4, Window(2, 0, 0)),
        (4, 1, 3, SAME, 1, Window(2, 0, 0)),
    ],
)
def test_known_places(length, size, stride, padding, dilation, expected):
    assert place_window(length, size, stride, padding, dilation) == expected


@pytest.mark.parametrize("length", range(3, 12))
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [SAME, VALID])
def test_the_last_window_ends_within_the_padded_input(length, stride, padding):
    window = place_window(length, 3, stride, padding)
    padded = window.before + length + window.after
    assert padded - stride < (window.positions - 1) * stride + 3 <= padded
    assert 0 <= window.after - window.before <= 1


@pytest.mark.parametrize(
    ("size", "stride", "padding", "dilation"),
    [(0, 1, 0, 1), (1, 0, 0, 1), (1, 1, 2, 1), (1, 1, 0, 0), (-3, 1, 1, 1)],
)
def test_impossible_windows(size, stride, padding, dilation):
    with pytest.raises(ModelError, match="is impossible"):
        place_window(8, size, stride, padding, dilation)


def test_a_window_larger_than_the_input():
    with pytest.raises(ModelError, match="spans 5 elements does not fit on 4"):
        place_window(4, 3, 1, VALID, 2)
