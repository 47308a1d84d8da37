import numpy as np
import pytest

from kernels.flat.nests import (
    MOST_NESTS,
    PIECE,
    broadcast_strides,
    dense_strides,
    merged_axes,
    nests,
)


def places(made, array):
    """The elements of an array that the nests go through, in order."""
    found = []
    for nest in made:
        rows, columns = np.arange(nest.rows)[:, None], np.arange(nest.columns)
        at = nest.starts[array] + columns * nest.columns_apart[array]
        rounds = rows // nest.inner * nest.rounds_apart[array]
        found.append((at + rows * nest.rows_apart[array] + rounds).ravel())
    return np.concatenate(found)


SHAPES = {  # the result's, and an operand's
    "a number": ((), ()),
    "one": ((1, 1), (1,)),
    "the same": ((2, 3, 4), (2, 3, 4)),
    "a number for all": ((2, 3, 4), ()),
    "a row": ((2, 3, 4), (4,)),
    "a column": ((2, 3, 4), (2, 3, 1)),
    "the middle": ((2, 3, 4), (3, 1)),
    "around the middle": ((2, 3, 4), (2, 1, 4)),
    "every other": ((2, 3, 4, 5, 2), (2, 1, 4, 1, 2)),
    "every other one of many": ((2, 3, 2, 3, 2, 3), (3, 1, 3, 1, 3)),
    "long": ((PIECE * 2 + 5,), (PIECE * 2 + 5,)),
    "a number for a long one": ((3, PIECE), (1, 1)),
}


@pytest.mark.parametrize(("shape", "operand"), SHAPES.values(), ids=SHAPES)
def test_elements_come_in_order(shape, operand):
    strides = broadcast_strides(operand, len(shape)), dense_strides(shape)
    made = nests(merged_axes(shape, *strides))
    own = np.arange(np.prod(operand, dtype=int)).reshape(operand)
    np.testing.assert_array_equal(places(made, 0), np.broadcast_to(own, shape).ravel())
    np.testing.assert_array_equal(places(made, 1), np.arange(np.prod(shape, dtype=int)))


def test_axes_that_are_one_in_memory_are_one():
    shape = (2, 3, 4, 5)
    axes = merged_axes(shape, broadcast_strides((4, 5), 4), dense_strides(shape))
    assert [axis.size for axis in axes] == [6, 20]


def test_a_long_row_is_cut():
    made = nests(merged_axes((PIECE * 3 + 1,), (1,)))
    assert [(nest.rows, nest.columns) for nest in made] == [(3, PIECE), (1, 1)]


@pytest.mark.parametrize(("size", "count"), [(MOST_NESTS, MOST_NESTS), (MOST_NESTS + 1, 0)])
def test_too_many(size, count):
    shape = (size, 2, 2, 2)
    assert len(nests(merged_axes(shape, dense_strides(shape), (8, 0, 2, 0)))) == count
