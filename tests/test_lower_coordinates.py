import numpy as np
import pytest

from kernels.errors import InputError
from kernels.flat.profile import PLAIN
from tests.oracle import Fixed, operator_model
from tests.plain_and_flat import kernels_of, operator_flat

TYPES = [np.int8, np.int16, np.float32, np.int64]
INDEX_TYPES = [np.int32, np.int64]


def numbers(*shape, dtype=np.float32):
    return np.arange(np.prod(shape, dtype=int)).astype(dtype).reshape(shape)


@pytest.mark.parametrize("index_type", INDEX_TYPES)
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_gather_nd(depth, index_type):
    x = numbers(2, 3, 4)
    indices = np.random.default_rng(0).integers(0, 2, (5, 2, depth)).astype(index_type)
    operator_flat("GATHER_ND", [x, indices], [x[tuple(np.moveaxis(indices, -1, 0))]])


def test_a_coordinate_outside_is_an_error_of_the_plain_kernel():
    x, indices = numbers(2, 3), np.array([[0, 2], [1, 3]], np.int32)
    with pytest.raises(InputError, match="Index 3 is not between 0 and 2"):
        kernels_of(operator_model("GATHER_ND", [x, indices], [x[:, 0]]), x, indices)


@pytest.mark.parametrize("begin", [(0, 0), (1, 2), (2, 3)])
@pytest.mark.parametrize("index_type", INDEX_TYPES)
@pytest.mark.parametrize("dtype", TYPES)
def test_slice_from_a_start_that_is_computed(begin, index_type, dtype):
    x, begin = numbers(4, 6, dtype=dtype), np.array(begin, index_type)
    expected = x[begin[0] : begin[0] + 2, begin[1] : begin[1] + 3]
    operator_flat("SLICE", [x, begin, Fixed(np.array([2, 3], index_type))], [expected])


@pytest.mark.parametrize("begin", [(3, 0), (-1, 0), (0, 4)])
def test_a_slice_that_reaches_beyond_is_an_error_of_the_plain_kernel(begin):
    x, begin, size = numbers(4, 6), np.array(begin, np.int32), Fixed(np.int32([2, 3]))
    with pytest.raises(InputError, match="does not lie within"):
        kernels_of(operator_model("SLICE", [x, begin, size], [x[:2, :3]]), x, begin)


def test_a_slice_of_what_is_left_is_left_to_the_plain_kernel():
    x, begin, size = numbers(4, 6), np.int32([1, 0]), Fixed(np.int32([-1, 3]))
    model = operator_model("SLICE", [x, begin, size], [x[1:, :3]])
    assert PLAIN in kernels_of(model, x, begin)
