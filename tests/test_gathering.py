"""GATHER, GATHER_ND and SCATTER_ND, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from tests.build_model import constant, quantization, single_operator, tensor
from tests.oracle import Fixed, check, integers, operator_model, random

DTYPES = [np.float32, np.int32, np.int64, np.int8, np.uint8, np.bool_]


@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "indices", "axis"),
    [
        ((5,), [3], 0),
        ((5,), [[0, 4], [4, 1]], 0),
        ((5, 3), 2, 0),
        ((5, 3), [1, 1, 0], -1),
        ((2, 28, 4), [27], 1),
    ],
)
def test_gather(shape, indices, axis, dtype, index_type):
    x, indices = integers(1, *shape, low=0, high=2, dtype=dtype), np.asarray(indices, index_type)
    expected = np.asarray(np.take(x, indices, axis))
    check("GATHER", [x, indices], expected, {"axis": axis})


@pytest.mark.parametrize(
    ("shape", "index_shape", "axis", "batch"),
    [((2, 5), (2, 3), 1, 1), ((2, 4, 5, 3), (2, 6), 2, 1), ((2, 3, 7), (2, 3, 4), 2, 2)],
)
def test_gather_in_batches(shape, index_shape, axis, batch):
    x = random(1, *shape)
    indices = integers(2, *index_shape, low=0, high=shape[axis])
    batches = [np.take(x[at], indices[at], axis - batch) for at in np.ndindex(*shape[:batch])]
    expected = np.stack(batches).reshape(*shape[:batch], *batches[0].shape)
    check("GATHER", [x, indices], expected, {"axis": axis, "batch_dims": batch})


def test_gather_from_a_quantized_table():
    scale = quantization(0.25)
    model = single_operator(
        "GATHER",
        [
            constant("w", integers(1, 9, 4, dtype=np.int8), quantization=scale),
            tensor("i", (2,), "INT32"),
        ],
        [tensor("y", (2, 4), "INT8", quantization=scale)],
    )
    result = Interpreter(model).invoke(i=np.int32([8, 0]))["y"]
    np.testing.assert_array_equal(result, integers(1, 9, 4, dtype=np.int8)[[8, 0]])


def run(operator, inputs, output, options=None, limits=None):
    model = operator_model(operator, inputs, [output], options)
    return Interpreter(model, limits=limits).invoke(**{f"in{i}": v for i, v in enumerate(inputs)})


@pytest.mark.parametrize("index", [-1, 5, 2**31 - 1])
def test_an_index_outside(index):
    x = random(1, 5)
    with pytest.raises(InputError, match=f"GATHER.*'out0'.*Index {index} is not between 0 and 4"):
        run("GATHER", [x, np.int32([0, index])], x)


def test_batches_that_differ():
    with pytest.raises(InputError, match="batch dimensions"):
        run(
            "GATHER", [random(1, 2, 3), np.int32([[0]])], random(1, 1), {"axis": 1, "batch_dims": 1}
        )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "indices"),
    [((4,), [[3], [0]]), ((2, 3), [[1, 2]]), ((2, 3, 4), [[1], [0], [1]]), ((2, 3, 4), [[[1, 2]]])],
)
def test_gather_nd(shape, indices, dtype):
    x, indices = integers(1, *shape, low=0, high=2, dtype=dtype), np.int32(indices)
    check("GATHER_ND", [x, indices], x[tuple(np.moveaxis(indices, -1, 0))])


@pytest.mark.parametrize("indices", [[[2, 0]], [[0, -1]]])
def test_a_coordinate_outside(indices):
    with pytest.raises(InputError, match="is not between 0 and"):
        run("GATHER_ND", [random(1, 2, 3), np.int32(indices)], random(1, 1))


def test_more_coordinates_than_dimensions():
    with pytest.raises(InputError, match="name 2 dimensions of a tensor"):
        run("GATHER_ND", [random(1, 3), np.int32([[0, 0]])], random(1, 1))


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64, np.int8])
@pytest.mark.parametrize(
    ("shape", "indices"), [((4,), [[3], [0]]), ((4,), [[1], [1]]), ((2, 3), [[1], [0]])]
)
def test_scatter_nd(shape, indices, dtype):
    indices = np.int32(indices)
    updates = integers(1, 2, *shape[1:], dtype=dtype)
    expected = np.zeros(shape, dtype)
    for index, update in zip(indices, updates, strict=True):
        expected[tuple(index)] += update
    check("SCATTER_ND", [Fixed(indices), updates, Fixed(np.int32(shape))], expected)


def test_scatter_outside():
    with pytest.raises(InputError, match="Index 4 is not between 0 and 3"):
        run("SCATTER_ND", [np.int32([[4]]), random(1, 1), np.int32([4])], random(1, 4))


def test_scatter_beyond_the_limit():
    inputs = [np.int32([[4]]), random(1, 1), np.int32([400])]
    with pytest.raises(ModelError, match="the limit is 100"):
        run("SCATTER_ND", inputs, random(1, 4), limits=Limits(tensor_bytes=100))
