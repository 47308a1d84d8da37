"""SLICE, SPLIT, SPLIT_V, UNPACK and DYNAMIC_UPDATE_SLICE, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from tests.oracle import Fixed, check, integers, operator_model, random

DTYPES = [np.float32, np.int32, np.int64, np.int8, np.uint8]


@pytest.mark.parametrize("dtype", [*DTYPES, np.bool_])
@pytest.mark.parametrize(
    ("shape", "begin", "size"),
    [
        ((5,), [0], [5]),
        ((5,), [2], [-1]),
        ((3, 4), [1, 0], [1, 4]),
        ((2, 3, 4, 5), [0, 1, 2, 0], [2, -1, 1, 3]),
    ],
)
def test_slice(shape, begin, size, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    stops = [whole if n == -1 else b + n for b, n, whole in zip(begin, size, shape, strict=True)]
    expected = np.ascontiguousarray(x[tuple(map(slice, begin, stops))])
    check("SLICE", [x, Fixed(np.int32(begin)), Fixed(np.int32(size))], expected)


def run(operator, inputs, outputs, options=None):
    model = operator_model(operator, inputs, outputs, options)
    return Interpreter(model).invoke(**{f"in{i}": value for i, value in enumerate(inputs)})


def test_a_slice_of_no_elements():
    x = random(1, 3, 4)
    assert run("SLICE", [x, np.int32([3, 0]), np.int32([-1, 2])], [x])["out0"].shape == (0, 2)


@pytest.mark.parametrize(
    ("begin", "size"), [([4], [1]), ([-1], [1]), ([1], [3]), ([0], [-2]), ([0, 0], [1, 1])]
)
def test_slices_outside(begin, size):
    x = random(1, 3)
    with pytest.raises(InputError, match="does not lie within a tensor"):
        run("SLICE", [x, np.int32(begin), np.int32(size)], [x])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "axis", "count"), [((4,), 0, 1), ((6,), 0, 3), ((2, 4, 6), -1, 2), ((1, 200), 1, 4)]
)
def test_split(shape, axis, count, dtype):
    x = integers(1, *shape, dtype=dtype)
    parts = [np.ascontiguousarray(part) for part in np.split(x, count, axis)]
    check("SPLIT", [Fixed(np.int32(axis)), x], parts, {"num_splits": count})


def test_split_into_unequal_parts():
    x = random(1, 5)
    with pytest.raises(InputError, match="into 2 equal parts"):
        run("SPLIT", [np.int32(0)[None], x], [x, x], {"num_splits": 2})


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "axis", "sizes"),
    [((5,), 0, [5]), ((5,), 0, [2, 3]), ((3, 6), 1, [1, -1, 2]), ((3, 6), -2, [-1, 1])],
)
def test_split_by_sizes(shape, axis, sizes, dtype):
    x = integers(1, *shape, dtype=dtype)
    known = shape[axis] - sum(size for size in sizes if size != -1)
    cuts = np.cumsum([known if size == -1 else size for size in sizes])[:-1]
    parts = [np.ascontiguousarray(part) for part in np.split(x, cuts, axis)]
    inputs = [x, Fixed(np.int32(sizes)), Fixed(np.int32(axis))]
    check("SPLIT_V", inputs, parts, {"num_splits": len(sizes)})


@pytest.mark.parametrize("sizes", [[2, 2], [-1, -1], [6, -1], [5]])
def test_sizes_that_do_not_add_up(sizes):
    x = random(1, 5)
    with pytest.raises(InputError, match="SPLIT_V of axis 0"):
        run("SPLIT_V", [x, np.int32(sizes), np.array([0], np.int32)], [x, x], {"num_splits": 2})


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int8, np.bool_])
@pytest.mark.parametrize(("shape", "axis"), [((2,), 0), ((3, 2), -1), ((2, 3, 4), 1)])
def test_unpack(shape, axis, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    parts = [np.array(part) for part in np.moveaxis(x, axis, 0)]
    check("UNPACK", [x], parts, {"axis": axis, "num": len(parts)})


def test_unpack_into_another_number():
    x = random(1, 3)
    with pytest.raises(InputError, match="into 2 outputs"):
        run("UNPACK", [x], [x, x], {"axis": 0, "num": 2})


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64, np.int8, np.bool_])
@pytest.mark.parametrize(
    ("shape", "update", "start", "place"),
    [
        ((5,), (2,), [1], [1]),
        ((5,), (2,), [9], [3]),
        ((5,), (2,), [-3], [0]),
        ((3, 4), (1, 4), [2, 0], [2, 0]),
        ((3, 4), (3, 4), [1, 1], [0, 0]),
    ],
)
def test_dynamic_update_slice(shape, update, start, place, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    y = integers(2, *update, low=0, high=2, dtype=dtype)
    expected = x.copy()
    window = tuple(slice(at, at + n) for at, n in zip(place, update, strict=True))
    expected[window] = y
    check("DYNAMIC_UPDATE_SLICE", [x, y, np.int32(start)], expected)


def test_an_update_larger_than_the_tensor():
    x, y = random(1, 3), random(1, 4)
    with pytest.raises(InputError, match="nowhere larger"):
        run("DYNAMIC_UPDATE_SLICE", [x, y, np.int32([0])], [x])
