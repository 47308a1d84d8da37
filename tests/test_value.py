import numpy as np
import pytest

from kernels.flat.value import Block, Value, new_value


@pytest.mark.parametrize(
    ("shape", "dtype", "count", "size"),
    [((), np.int64, 1, 8), ((0, 3), np.float32, 0, 0), ((2, 3, 5), np.int16, 30, 60)],
)
def test_a_new_value_has_a_block_of_its_own(shape, dtype, count, size):
    value = new_value(shape, dtype)
    assert (value.count, value.size, value.block.size, value.offset) == (count, size, size, 0)
    assert value.dtype == dtype
    assert value.block != new_value(shape, dtype).block


@pytest.mark.parametrize(("shape", "error"), [((2.0,), TypeError), ((2, -1), ValueError)])
def test_what_is_no_shape(shape, error):
    with pytest.raises(error):
        new_value(shape, np.float32)


def test_sizes_are_pythons_integers():
    assert [type(size) for size in new_value(np.int32([2, 3]), np.float32).shape] == [int, int]


def test_blocks_of_the_same_size_differ():
    block = Block(4)
    assert block == block
    assert block != Block(4)
    assert len({block, block, Block(4)}) == 2


@pytest.mark.parametrize("shape", [(6,), (3, 2), (1, 6, 1)])
def test_another_shape_shares_memory(shape):
    value = new_value((2, 3), np.float32)
    seen = value.reshaped(shape)
    assert (seen.block, seen.offset, seen.shape) == (value.block, 0, shape)


def test_a_shape_of_another_size():
    with pytest.raises(ValueError, match=r"\(2, 3\) cannot be \(7,\)"):
        new_value((2, 3), np.float32).reshaped((7,))


def test_parts_lie_within():
    value = new_value((4, 3), np.float32)
    row = value.part(6, (3,))
    assert (row.block, row.offset, row.shape) == (value.block, 24, (3,))
    assert row.part(1, (2,)).offset == 28
    assert value.part(12, (0,)).count == 0


@pytest.mark.parametrize(("start", "shape"), [(-1, (1,)), (10, (3,)), (0, (13,)), (13, (0,))])
def test_parts_beyond(start, shape):
    with pytest.raises(ValueError, match="is not within"):
        new_value((4, 3), np.float32).part(start, shape)


def test_parts_of_parts_do_not_reach_beyond_them():
    row = new_value((4, 3), np.float32).part(3, (3,))
    with pytest.raises(ValueError, match="is not within"):
        row.part(2, (2,))


def test_what_is_fixed_stays_so():
    value = Value(Block(24), (2, 3), np.dtype(np.float32), fixed=True)
    assert value.reshaped((6,)).fixed
    assert value.part(0, (2,)).fixed
    assert not new_value((2,), np.float32).fixed
