import numpy as np
import pytest

from kernels.activation import RELU, RELU6, RELU_N1_TO_1
from tests.oracle import Fixed, operator_model, random
from tests.plain_and_flat import assert_flat, assert_left_to_plain, kernels_of, operator_flat

f32 = np.float32
ODD = f32([0, -0.0, 1e-40, np.inf, -np.inf, np.nan, 3e38, 1, -1, 2.5])
PAIRS = np.stack([a.ravel() for a in np.meshgrid(ODD, ODD)])
ARITHMETIC = ("ADD", "SUB", "MUL", "DIV")
PICKING = ("MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "PRELU")
COMPARISONS = ("LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "EQUAL", "NOT_EQUAL")
SHAPES = {
    "numbers": ((), ()),
    "nothing": ((0, 3), (3,)),
    "the same": ((2, 3, 5), (2, 3, 5)),
    "long": ((9001,), (9001,)),
    "a number": ((4, 70), (1,)),
    "a number on the left": ((), (3, 33)),
    "a row": ((3, 4, 70), (70,)),
    "a row on the left": ((70,), (3, 4, 70)),
    "a column": ((7, 130), (7, 1)),
    "a column and a row": ((7, 1), (1, 130)),
    "the middle": ((2, 3, 4, 5), (1, 3, 1, 5)),
    "every other axis": ((2, 1, 4, 1, 3, 1), (1, 3, 1, 2, 1, 5)),
}


def result(x, y, dtype=None):
    return np.empty(np.broadcast_shapes(x.shape, y.shape), dtype or x.dtype)


@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("operator", ["SUB", "LESS"])
def test_shapes(operator, shapes):
    x, y = (np.asarray(random(seed, *shape)) for seed, shape in enumerate(shapes))
    operator_flat(operator, [x, y], [result(x, y, np.bool_ if operator == "LESS" else None)])


@pytest.mark.parametrize("operator", [*ARITHMETIC, *PICKING])
def test_numbers(operator):
    x, y = PAIRS
    operator_flat(operator, [x, y], [x])
    operator_flat(operator, [x, random(1, 3, 100)], [np.empty((3, 100), f32)])


@pytest.mark.parametrize("operator", ARITHMETIC)
@pytest.mark.parametrize("activation", [RELU, RELU6, RELU_N1_TO_1])
def test_fused_activation(operator, activation):
    x, y = PAIRS
    operator_flat(operator, [x, y], [x], {"fused_activation_function": activation})


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL", "MAXIMUM", "MINIMUM"])
def test_integers_wrap_around(operator, dtype):
    limits = np.iinfo(dtype)
    x = np.array([limits.min, limits.max, -1, 0, 7] * 5, dtype)
    operator_flat(operator, [x, np.roll(x, 3)], [x])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
@pytest.mark.parametrize("operator", ["MAXIMUM", "MINIMUM"])
def test_bytes_as_they_are(operator, dtype):
    x = np.arange(256).astype(np.uint8).view(dtype)
    operator_flat(operator, [x, x[::-1].copy()], [x])
    operator_flat(operator, [x, x[100:101]], [x])


@pytest.mark.parametrize("dtype", [f32, np.int32, np.int64])
@pytest.mark.parametrize("operator", COMPARISONS)
def test_comparisons(operator, dtype):
    x, y = PAIRS if dtype == f32 else np.array([[-3, 0, 5] * 9, [5, 0, -3] * 9], dtype)
    operator_flat(operator, [x, y], [np.empty(x.shape, np.bool_)])
    operator_flat(operator, [x, Fixed(y[:1])], [np.empty(x.shape, np.bool_)])


@pytest.mark.parametrize("operator", ["EQUAL", "NOT_EQUAL", "LOGICAL_AND", "LOGICAL_OR"])
def test_booleans(operator):
    x = np.array([True, False] * 20)
    operator_flat(operator, [x, np.roll(np.repeat(x, 2)[:40], 1)], [x])


def test_power():
    x, y = np.abs(random(0, 3, 50)), random(1, 3, 50)
    operator_flat("POW", [x, y], [x])
    operator_flat("POW", [x, Fixed(f32([2]))], [x])
    operator_flat("POW", [Fixed(f32([2])), y], [x])
    assert_left_to_plain(operator_model("POW", [x, y[:1]], [x]), x, y[:1])


@pytest.mark.parametrize("dtype", [f32, np.int32])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_sum_of_all(count, dtype):
    inputs = [(random(seed, 3, 50) * f32(9)).astype(dtype) for seed in range(count)]
    operator_flat("ADD_N", inputs, [inputs[0]])


def test_one_of_two_constants_is_in_the_model():
    x, y = random(0, 5, 20), random(1, 20)
    model = operator_model("MUL", [Fixed(y), x], [x])
    assert assert_flat(model, x) == ["arithmetic.mul"]


LEFT_TO_PLAIN = {
    "integers with an activation": ("ADD", np.int32, {"fused_activation_function": RELU}),
    "a type without kernels": ("MAXIMUM", np.int16, None),
}


@pytest.mark.parametrize(
    ("operator", "dtype", "options"), LEFT_TO_PLAIN.values(), ids=LEFT_TO_PLAIN
)
def test_what_is_left_to_the_plain_kernel(operator, dtype, options):
    x = np.ones((2, 3), dtype)
    assert_left_to_plain(operator_model(operator, [x, x], [x], options), x, x)


def test_shapes_that_do_not_broadcast_are_an_error_of_the_plain_kernel():
    x, y = random(0, 4), random(1, 3)
    with pytest.raises(Exception, match="fails on inputs"):
        kernels_of(operator_model("ADD", [x, y], [x]), x, y)
