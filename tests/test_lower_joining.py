import numpy as np
import pytest

from kernels.activation import RELU
from tests.oracle import Fixed, operator_model, random
from tests.plain_and_flat import assert_left_to_plain, operator_flat

TYPES = [np.int8, np.int16, np.float32, np.int64]


def numbers(start, *shape, dtype=np.float32):
    return (start + np.arange(np.prod(shape, dtype=int))).astype(dtype).reshape(shape)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_concatenation(axis, dtype):
    parts = []
    for count in (3, 1, 0, 5):
        shape = [2, 3, 4]
        shape[axis] = count
        parts.append(numbers(10 * count, *shape, dtype=dtype))
    operator_flat("CONCATENATION", parts, [np.concatenate(parts, axis)], {"axis": axis})


def test_concatenation_with_a_constant_and_of_one():
    x, y = random(0, 2, 3), random(1, 2, 5)
    whole = np.concatenate([x, y], 1)
    operator_flat("CONCATENATION", [x, Fixed(y)], [whole], {"axis": 1})
    operator_flat("CONCATENATION", [x], [x], {"axis": 1})


def test_concatenation_with_an_activation_is_left_to_the_plain_kernel():
    x = random(0, 2, 3)
    options = {"axis": 0, "fused_activation_function": RELU}
    model = operator_model("CONCATENATION", [x, x], [np.concatenate([x, x])], options)
    assert_left_to_plain(model, x, x)


def test_shapes_that_do_not_fit_are_an_error_of_the_plain_kernel():
    x, y = random(0, 2, 3), random(1, 4, 5)
    with pytest.raises(Exception, match="fails on inputs"):
        operator_flat("CONCATENATION", [x, y], [x], {"axis": 1})


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_pack(axis, dtype):
    parts = [numbers(start, 3, 5, dtype=dtype) for start in (0, 20, 40)]
    options = {"axis": axis, "values_count": 3}
    operator_flat("PACK", parts, [np.stack(parts, axis)], options)


def test_pack_of_numbers():
    parts = [np.int32(4), np.int32(5)]
    operator_flat("PACK", [*map(np.asarray, parts)], [np.int32(parts)], {"values_count": 2})


CONDITIONS = np.array([[True, False, False], [False, True, True]])


@pytest.mark.parametrize("dtype", [*TYPES, np.bool_])
def test_select(dtype):
    x, y = numbers(0, 2, 3, dtype=dtype), numbers(9, 2, 3, dtype=dtype)
    operator_flat("SELECT", [CONDITIONS, x, y], [x])
    operator_flat("SELECT", [CONDITIONS[:, 1], x, y], [x])
    operator_flat("SELECT", [Fixed(CONDITIONS[:, 1]), x, y], [x])


@pytest.mark.parametrize(
    ("condition", "x", "y"),
    [
        ((2, 3), (2, 3), (2, 3)),
        ((2, 1), (3,), (1, 3)),
        ((1, 1), (2, 3), (3,)),
        ((), (2, 3), (2, 3)),
        ((2, 3), (), ()),
        ((0, 3), (3,), ()),
    ],
)
def test_select_broadcasts(condition, x, y):
    x, y = np.asarray(random(0, *x)), np.asarray(random(1, *y))
    chosen = np.asarray(random(2, *condition) > 0)
    operator_flat("SELECT_V2", [chosen, x, y], [np.where(chosen, x, y)])


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.bool_])
@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_one_hot(axis, index_type, dtype):
    indices = np.array([[2, 0, 7], [-1, 5, 1]], index_type)
    shape = [2, 3]
    shape.insert(axis if axis >= 0 else 2, 6)
    depth, on, off = Fixed(np.int32(6)), Fixed(np.array(1, dtype)), Fixed(np.array(0, dtype))
    operator_flat("ONE_HOT", [indices, depth, on, off], [np.zeros(shape, dtype)], {"axis": axis})
