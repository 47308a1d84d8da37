import numpy as np
import pytest

from tests.build_model import Operation, constant, graph, tensor
from tests.oracle import Fixed, operator_model
from tests.plain_and_flat import assert_flat, assert_left_to_plain, operator_flat

TYPES = [np.int8, np.int16, np.float32, np.int64]


def numbers(*shape, dtype=np.float32):
    """All different, as far as the type goes."""
    return np.arange(np.prod(shape, dtype=int)).astype(dtype).reshape(shape)


def i32(*values):
    return Fixed(np.array(values, np.int32))


TRANSPOSED = {
    "nothing": ((0, 3), (1, 0)),
    "the same order": ((2, 3, 4), (0, 1, 2)),
    "of ones": ((1, 5, 1), (2, 1, 0)),
    "a small matrix": ((3, 5), (1, 0)),
    "a matrix": ((33, 70), (1, 0)),
    "a narrow matrix": ((9, 400), (1, 0)),
    "whole tiles": ((32, 64), (1, 0)),
    "heads": ((2, 20, 4, 8), (0, 2, 1, 3)),
    "heads for a product": ((2, 20, 4, 24), (0, 2, 3, 1)),
    "channels first": ((2, 5, 6, 3), (0, 3, 1, 2)),
    "channels last": ((2, 19, 5, 6), (0, 2, 3, 1)),
    "backwards": ((2, 3, 4, 5, 6), (4, 3, 2, 1, 0)),
    "of pairs": ((6, 7, 2), (1, 0, 2)),
}


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(("shape", "order"), TRANSPOSED.values(), ids=TRANSPOSED)
def test_transpose(shape, order, dtype):
    x = numbers(*shape, dtype=dtype)
    operator_flat("TRANSPOSE", [x, i32(*order)], [x.transpose(order)])


def test_an_order_that_keeps_elements_in_place_is_no_work():
    x = numbers(1, 5, 1, 4)
    assert operator_flat("TRANSPOSE", [x, i32(2, 1, 0, 3)], [x]) == []


@pytest.mark.parametrize("order", [(0, 0), (0,), (0, 2)])
def test_no_order_is_an_error_of_the_plain_kernel(order):
    x = numbers(2, 3)
    with pytest.raises(Exception, match=r"permutation|Axis"):
        operator_flat("TRANSPOSE", [x, i32(*order)], [x])


def test_an_order_that_is_computed_is_left_to_the_plain_kernel():
    x, order = numbers(2, 3), np.array([1, 0], np.int32)
    assert_left_to_plain(operator_model("TRANSPOSE", [x, order], [x.T]), x, order)


@pytest.mark.parametrize("shape", [(6, 4), (24,), (-1, 3), (2, 1, 12)])
def test_reshape(shape):
    x = numbers(2, 3, 4)
    used = operator_flat("RESHAPE", [x, i32(*shape)], [x.reshape(shape)], {"new_shape": shape})
    assert used == []


def test_dimensions_of_one():
    x = numbers(1, 3, 1, 4)
    operator_flat("SQUEEZE", [x], [x.squeeze()])
    operator_flat("SQUEEZE", [x], [x[:, :, 0]], {"squeeze_dims": [2]})
    operator_flat("EXPAND_DIMS", [x, i32(-1)], [x[..., None]])


SLICES = {
    "rows": ([1, 0, 0], [2, 5, 6]),
    "a part": ([1, 2, 3], [2, 2, 2]),
    "the rest": ([0, 1, 0], [-1, -1, 3]),
    "nothing": ([0, 0, 0], [4, 0, 6]),
    "all": ([0, 0, 0], [4, 5, 6]),
}


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(("begin", "size"), SLICES.values(), ids=SLICES)
def test_slice(begin, size, dtype):
    x = numbers(4, 5, 6, dtype=dtype)
    stops = [n if s < 0 else b + s for b, s, n in zip(begin, size, x.shape, strict=True)]
    expected = x[tuple(map(slice, begin, stops))]
    operator_flat("SLICE", [x, i32(*begin), i32(*size)], [expected])


STRIDED_SLICES = {  # begin, end, strides, masks
    "every other": ([0, 0, 1], [4, 5, 6], [2, 1, 2], {}),
    "backwards": ([3, 4, 5], [0, 0, 0], [-1, -2, -1], {"end_mask": 7}),
    "a row": ([1, 0, 0], [2, 0, 0], [1, 1, 1], {"shrink_axis_mask": 1, "end_mask": 6}),
    "one number": ([1, -1, 3], [2, 0, 4], [1, 1, 1], {"shrink_axis_mask": 7}),
    "an ellipsis": ([0, 2], [0, 4], [1, 1], {"ellipsis_mask": 1}),
    "a new axis": ([0, 1], [0, 3], [1, 1], {"new_axis_mask": 1}),
    "to the last": ([1], [0], [1], {"end_mask": 1}),
}


@pytest.mark.parametrize(
    ("begin", "end", "strides", "masks"), STRIDED_SLICES.values(), ids=STRIDED_SLICES
)
def test_strided_slice(begin, end, strides, masks):
    x = numbers(4, 5, 6)
    operator_flat("STRIDED_SLICE", [x, *(i32(*v) for v in (begin, end, strides))], [x], masks)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_parts_along_an_axis(axis):
    x = numbers(4, 6, 8)
    operator_flat("SPLIT", [i32(axis), x], np.split(x, 2, axis), {"num_splits": 2})
    count = x.shape[axis]
    sizes = [1, count - 3, 2]
    parts = np.split(x, np.cumsum(sizes)[:-1], axis)
    operator_flat("SPLIT_V", [x, i32(1, -1, 2), i32(axis)], parts, {"num_splits": 3})
    units = [*np.moveaxis(x, axis, 0)]
    operator_flat("UNPACK", [x], units, {"axis": axis, "num": count})


@pytest.mark.parametrize("axes", [[0], [1, 2], [0, 1, 2]])
def test_reverse(axes):
    x = numbers(3, 4, 5)
    operator_flat("REVERSE_V2", [x, i32(*axes)], [np.flip(x, axes)])


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("block", [1, 2, 3])
def test_blocks_of_pixels(block, dtype):
    x = numbers(2, 6, 12, 18, dtype=dtype)
    n, height, width, channels = x.shape
    deep = np.empty((n, height // block, width // block, channels * block**2), dtype)
    operator_flat("SPACE_TO_DEPTH", [x], [deep], {"block_size": block})
    wide = np.empty((n, height * block, width * block, channels // block**2), dtype)
    if channels % block**2 == 0:
        operator_flat("DEPTH_TO_SPACE", [x], [wide], {"block_size": block})


@pytest.mark.parametrize("times", [(1, 1, 1), (2, 3, 4), (3, 1, 2), (1, 5, 1), (0, 1, 1)])
def test_tile(times):
    x = numbers(2, 3, 4)
    operator_flat("TILE", [x, i32(*times)], [np.tile(x, times)])


@pytest.mark.parametrize("shape", [(2, 3, 4), (5, 2, 3, 4)])
@pytest.mark.parametrize("own", [(), (4,), (3, 1), (2, 1, 4), (1, 1, 1)])
def test_broadcast_to(own, shape):
    x = np.asarray(numbers(*own))
    operator_flat("BROADCAST_TO", [x, i32(*shape)], [np.broadcast_to(x, shape)])


@pytest.mark.parametrize("dtype", TYPES)
def test_fill(dtype):
    number = np.array(7, dtype)
    operator_flat("FILL", [i32(3, 5), number], [np.full((3, 5), number)])
    operator_flat("FILL", [i32(30, 5000), number], [np.full((30, 5000), number)])
    x = numbers(3, 50, dtype=dtype)
    operator_flat("ZEROS_LIKE", [x], [x])


def test_what_follows_from_the_shape_is_known():
    x = numbers(2, 3, 4)
    assert operator_flat("SHAPE", [x], [np.int32([2, 3, 4])], {"out_type": "INT32"}) == []
    assert operator_flat("RANK", [x], [np.int32(3)]) == []


def test_strings_are_left_to_the_plain_kernel():
    x = np.array([[b"a", b"b"]], object)
    model = operator_model("TRANSPOSE", [x, i32(1, 0)], [x.T])
    assert_left_to_plain(model, x)


def test_what_is_made_of_constants_alone_is_known():
    start, limit, delta = (constant(n, np.float32(v)) for n, v in (("a", 0), ("b", 4), ("c", 1)))
    steps, x, y = (tensor(name, (4,)) for name in ("steps", "x", "y"))
    operations = [
        Operation("RANGE", [start, limit, delta], [steps]),
        Operation("ADD", [x, steps], [y]),
    ]
    assert assert_flat(graph(operations, [x], [y]), numbers(4)) == ["arithmetic.add"]
