import numpy as np

from kernels.kernel import kernel


def test_coordinates_within():
    given, made = np.array([[0, 0], [1, 2], [1, 0]], np.int64), np.zeros(3, np.int32)
    kernel("indices.coordinates")(given.ravel(), made, np.array([2, 3]), 2, chunks=3)
    np.testing.assert_array_equal(made, [0, 5, 3])


def test_where_a_part_begins():
    start, room, strides = np.array([1, 4]), np.array([3, 4]), np.array([40, 8])
    offset = np.zeros(1, np.int64)
    kernel("indices.start_within")(start, room, strides, offset, 2, chunks=1)
    assert offset == start @ strides
