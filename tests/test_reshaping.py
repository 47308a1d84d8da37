"""RESHAPE, SQUEEZE, EXPAND_DIMS, SHAPE and RANK, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from tests.build_model import constant, single_operator, tensor
from tests.oracle import Fixed, check, integers, operator_model, random

DTYPES = [np.float32, np.int32, np.int64, np.int8, np.uint8, np.bool_]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "wanted", "result"),
    [
        ((1,), [1], (1,)),
        ((2, 3, 4), [24], (24,)),
        ((2, 3, 4), [4, -1], (4, 6)),
        ((2, 3, 4), [-1, 3, 2, 2], (2, 3, 2, 2)),
        ((1, 1, 1, 1001), [1, 1001], (1, 1001)),
    ],
)
def test_reshape(shape, wanted, result, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    check("RESHAPE", [x, Fixed(np.int32(wanted))], x.reshape(result))
    check("RESHAPE", [x], x.reshape(result), {"new_shape": np.int32(wanted)})
    check("RESHAPE", [x, np.int32(wanted)], x.reshape(result))


def reshaped(x, wanted, declared=None):
    """``wanted`` is a constant shape; ``declared`` the shape that the model gives for x."""
    operands = [tensor("x", declared or x.shape), tensor("s", (len(wanted),), "INT32")]
    model = single_operator("RESHAPE", operands, [tensor("y", ())])
    return Interpreter(model).invoke(x=x, s=np.int32(wanted))["y"]


def test_to_a_scalar_and_back():
    assert reshaped(random(1, 1), []).shape == ()
    assert reshaped(random(1), [1, 1]).shape == (1, 1)


def test_an_old_scalar_shape():
    x = random(1, 1)
    check("RESHAPE", [x], x.reshape(()), {"new_shape": np.int32([0])})


def test_no_elements():
    assert reshaped(np.zeros((0, 4), np.float32), [2, 0]).shape == (2, 0)
    assert reshaped(np.zeros((0, 4), np.float32), [-1, 4]).shape == (0, 4)


def test_the_batch_takes_the_place_of_the_declared_one():
    x = random(1, 5, 2, 3)
    np.testing.assert_array_equal(reshaped(x, [1, 6], declared=(1, 2, 3)), x.reshape(5, 6))


@pytest.mark.parametrize(
    ("declared", "wanted"),
    [((1, 2, 3), [2, 3]), ((1, 2, 3), [1, 3]), ((4, 2, 3), [1, 6]), ((1, 2, 3), [6])],
)
def test_the_batch_is_not_guessed_otherwise(declared, wanted):
    with pytest.raises(InputError, match=r"A tensor \(5, 2, 3\) does not fit the shape"):
        reshaped(random(1, 5, 2, 3), wanted, declared)


@pytest.mark.parametrize("wanted", [[5], [-1, 5], [-1, -1], [-2, -3], [0, -1]])
def test_shapes_that_do_not_fit(wanted):
    with pytest.raises(InputError, match="does not fit the shape"):
        reshaped(random(1, 2, 3), wanted)


@pytest.mark.parametrize(
    ("shape", "named", "result"),
    [
        ((1, 3, 1), [], (3,)),
        ((1, 3, 1), [0], (3, 1)),
        ((1, 3, 1), [-1], (1, 3)),
        ((1, 3, 1), [0, 2], (3,)),
        ((2, 3), [], (2, 3)),
    ],
)
def test_squeeze(shape, named, result):
    x = random(1, *shape)
    check("SQUEEZE", [x], x.reshape(result), {"squeeze_dims": np.int32(named)})


def test_squeeze_of_a_larger_dimension():
    x = random(1, 2, 1)
    model = operator_model("SQUEEZE", [x], [x], {"squeeze_dims": np.int32([0])})
    with pytest.raises(InputError, match="not all have size 1"):
        Interpreter(model).invoke(in0=x)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_expand_dims(axis):
    x = random(1, 2, 3)
    check("EXPAND_DIMS", [x, Fixed(np.int32([axis]))], np.expand_dims(x, axis))


def test_expand_dims_beyond_the_rank():
    x = random(1, 2, 3)
    model = operator_model("EXPAND_DIMS", [x, Fixed(np.int32(3))], [x])
    with pytest.raises(ModelError, match="Axis 3 does not exist in a tensor of rank 3"):
        Interpreter(model).invoke(in0=x)


@pytest.mark.parametrize(("name", "dtype"), [("INT32", np.int32), ("INT64", np.int64)])
@pytest.mark.parametrize("shape", [(1,), (2, 3), (1, 2, 3, 4)])
def test_shape(shape, name, dtype):
    check("SHAPE", [random(1, *shape)], np.array(shape, dtype), {"out_type": name})


def test_the_shape_of_a_resized_input():
    model = single_operator("SHAPE", [tensor("x", (1, 4))], [tensor("y", (2,), "INT32")])
    np.testing.assert_array_equal(Interpreter(model).invoke(x=random(1, 7, 4))["y"], [7, 4])


@pytest.mark.parametrize("shape", [(1,), (2, 3), (1, 2, 3, 4)])
def test_rank(shape):
    check("RANK", [random(1, *shape)], np.asarray(len(shape), np.int32))


def test_strings():
    words = np.array([[b"a", b"bc"]], dtype=object)
    model = single_operator(
        "RESHAPE",
        [tensor("x", (1, 2), "STRING"), constant("s", np.int32([2]))],
        [tensor("y", (2,), "STRING")],
    )
    assert Interpreter(model).invoke(x=words)["y"].tolist() == [b"a", b"bc"]
