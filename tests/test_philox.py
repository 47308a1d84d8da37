"""Philox 4x32-10, against the answers that its authors publish, and its floats."""

import numpy as np
import pytest

from kernels.philox import philox, unit_doubles, unit_floats


@pytest.mark.parametrize(
    ("seed", "seed2", "position", "expected"),
    [
        (0, 0, 0, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        (-1, -1, 2**64 - 1, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    ],
)
def test_known_answers(seed, seed2, position, expected):
    # kat_vectors of Random123: philox4x32 10
    assert philox(seed, seed2, position, 1).tolist() == [expected]


def test_positions_follow_each_other():
    np.testing.assert_array_equal(philox(1, 2, 0, 5)[3:], philox(1, 2, 3, 2))
    assert philox(1, 2, 0, 0).shape == (0, 4)


def test_floats():
    words = np.uint32([0, 1, 2**23 - 1, 2**32 - 1])
    expected = np.float32([0, 2**-23, 1 - 2**-23, 1 - 2**-23])
    np.testing.assert_array_equal(unit_floats(words), expected)


def test_doubles():
    words = np.uint32([[0, 0], [0, 1], [2**32 - 1, 2**32 - 1], [2**19, 0]])
    np.testing.assert_array_equal(unit_doubles(words), [0, 2.0**-52, 1 - 2.0**-52, 0.5])
