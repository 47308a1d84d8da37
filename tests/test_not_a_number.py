"""NaN and infinity go through every operator as IEEE 754 says, and never become plausible.

What depends on an element is measured: it changes when the element does. All of that is NaN
when the element is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from kernels.operators import OPERATORS
from tests.operator_examples import EXAMPLES, hybrid_convolution, hybrid_fully_connected
from tests.oracle import integers, random

OTHERS = np.float32([1000, -1000, 0.01])
"""Values that an element is changed to, to see what depends on it."""

NO_FLOATS = {
    *("ARG_MAX", "ARG_MIN", "BITCAST", "BROADCAST_ARGS", "BUCKETIZE", "CAST", "DEQUANTIZE"),
    *("EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL", "NOT_EQUAL", "ONE_HOT"),
    *("LOGICAL_AND", "LOGICAL_NOT", "LOGICAL_OR", "RANK", "REDUCE_ALL", "REDUCE_ANY", "SHAPE"),
    *("LSH_PROJECTION", "MULTINOMIAL", "RANDOM_STANDARD_NORMAL", "RANDOM_UNIFORM", "RFFT2D"),
    *("BITWISE_XOR", "RIGHT_SHIFT", "SKIP_GRAM", "WHERE", "ZEROS_LIKE"),
}
"""No floats go in, or none come out that depend on them."""
ORDERING = {"NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5", "TOPK_V2", "UNIQUE"}
"""A NaN has no place in an order: where it ends up is tested below, if it does."""
WITHOUT_EXAMPLE = {
    *("ASSIGN_VARIABLE", "CALL_ONCE", "IF", "READ_VARIABLE", "VAR_HANDLE", "WHILE"),
    *("COMPLEX_ABS", "DENSIFY", "IMAG", "QUANTIZE", "REAL"),
}
"""They pass values on, or take no float32: their own tests have them."""

ARITHMETIC = sorted({*EXAMPLES} - NO_FLOATS - ORDERING - {"RANGE"})


def test_every_operator_has_an_example():
    have = {name for name, facts in OPERATORS.items() if facts.kernel}
    assert have - {*EXAMPLES} <= WITHOUT_EXAMPLE


def results(interpreter: Interpreter, fed: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The float outputs, from fresh state."""
    interpreter.reset()
    return [value for value in interpreter.invoke(**fed).values() if value.dtype == np.float32]


def with_element(fed, name, place, value):
    changed = fed[name].copy()
    changed[place] = value
    return {**fed, name: changed}


def elements(fed: dict[str, np.ndarray]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for name, value in fed.items():
        if value.dtype == np.float32:
            for place in np.ndindex(value.shape):
                yield name, place


def check_nan(interpreter: Interpreter, fed: dict[str, np.ndarray]) -> None:
    base = results(interpreter, fed)
    reached = False
    for name, place in elements(fed):
        others = [results(interpreter, with_element(fed, name, place, v)) for v in OTHERS]
        given_nan = results(interpreter, with_element(fed, name, place, np.nan))
        for i, value in enumerate(given_nan):
            depends = np.any([other[i] != base[i] for other in others], axis=0)
            reached |= bool(depends.any())
            assert np.isnan(value[depends]).all(), f"{name}{place}: {value[depends]}"
    assert reached, "no output depends on any element"


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("operator", ARITHMETIC)
def test_nan_stays_nan(operator, numerics):
    example = EXAMPLES[operator]
    check_nan(Interpreter(example.model(operator), numerics), example.fed())


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_hybrid(value, numerics):
    """A row, or an image, that is quantized with one scale is lost as a whole."""
    fed = random(0, 1, 4, 4, 2)
    fed[0, 1, 2, 0] = value
    (result,) = Interpreter(hybrid_convolution(), numerics).invoke(in0=fed).values()
    assert np.isnan(result).all()
    rows = random(0, 2, 4)
    rows[1, 2] = value
    (result,) = Interpreter(hybrid_fully_connected(), numerics).invoke(in0=rows).values()
    assert np.isfinite(result[0]).all()
    assert np.isnan(result[1]).all()


LINEAR = (
    *("AVERAGE_POOL_2D", "BATCH_MATMUL", "CONV_2D", "CUMSUM", "DEPTHWISE_CONV_2D"),
    *("FULLY_CONNECTED", "L2_POOL_2D", "MEAN", "SUM", "TRANSPOSE_CONV"),
)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("operator", LINEAR)
@pytest.mark.parametrize("infinity", [np.inf, -np.inf])
def test_an_infinite_term_is_an_infinite_sum(operator, infinity, numerics):
    example = EXAMPLES[operator]
    interpreter = Interpreter(example.model(operator), numerics)
    fed = example.fed()
    name, value = next(iter(fed.items()))
    place = (0,) * value.ndim
    base = results(interpreter, fed)[0]
    changed = results(interpreter, with_element(fed, name, place, np.float32(1000)))[0]
    infinite = results(interpreter, with_element(fed, name, place, infinity))[0]
    depends = changed != base
    assert depends.any()
    assert not np.isfinite(infinite[depends]).any()
    np.testing.assert_array_equal(infinite[~depends], base[~depends])


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(
    ("operator", "x", "expected"),
    [
        ("RELU", [np.inf, -np.inf], [np.inf, 0]),
        ("RELU6", [np.inf, -np.inf], [6, 0]),
        ("TANH", [np.inf, -np.inf], [1, -1]),
        ("LOGISTIC", [np.inf, -np.inf], [1, 0]),
        ("EXP", [np.inf, -np.inf], [np.inf, 0]),
        ("LOG", [np.inf, 0, -1], [np.inf, -np.inf, np.nan]),
        ("SQRT", [np.inf, -1], [np.inf, np.nan]),
        ("RSQRT", [np.inf, 0], [0, np.inf]),
        ("ABS", [-np.inf], [np.inf]),
        ("ELU", [np.inf, -np.inf], [np.inf, -1]),
        ("SIGN", [np.inf, -np.inf], [1, -1]),
        ("FLOOR", [np.inf, -np.inf], [np.inf, -np.inf]),
        ("SIN", [np.inf], [np.nan]),
        ("SOFTMAX", [np.inf, 0], [np.nan, np.nan]),
        ("SOFTMAX", [-np.inf, 0], [0, 1]),
    ],
)
def test_infinity(operator, x, expected, numerics):
    x = np.float32([x])
    interpreter = Interpreter(EXAMPLES[operator].model(operator), numerics)
    # The batch, the first dimension, is free; the last is that of the example.
    padded = np.zeros((x.shape[1], 3), np.float32)
    if operator == "SOFTMAX":
        padded = np.full((1, 3), -np.inf, np.float32)
        padded[0, : x.shape[1]] = x[0]
        result = interpreter.invoke(in0=padded)["out0"][0, : x.shape[1]]
    else:
        padded[:, 0] = x[0]
        result = interpreter.invoke(in0=padded)["out0"][:, 0]
    np.testing.assert_array_equal(result, np.float32(expected))


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(
    "operator", ["EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL", "NOT_EQUAL"]
)
def test_nan_compares_as_unordered(operator, numerics):
    x = np.full((2, 3), np.nan, np.float32)
    interpreter = Interpreter(EXAMPLES[operator].model(operator), numerics)
    for pair in ((x, x), (x, np.zeros_like(x)), (np.zeros_like(x), x)):
        result = interpreter.invoke(in0=pair[0], in1=pair[1])["out0"]
        assert (result == (operator == "NOT_EQUAL")).all()


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("operator", ["MAXIMUM", "MINIMUM"])
def test_the_larger_of_a_number_and_nan_is_nan(operator, numerics):
    """IEEE 754-2019 maximum and minimum, not maxNum and minNum, which hide it."""
    x, y = np.full((2, 3), np.nan, np.float32), np.zeros((2, 3), np.float32)
    interpreter = Interpreter(EXAMPLES[operator].model(operator), numerics)
    assert np.isnan(interpreter.invoke(in0=x, in1=y)["out0"]).all()
    assert np.isnan(interpreter.invoke(in0=y, in1=x)["out0"]).all()


@pytest.mark.parametrize("operator", ["ARG_MAX", "ARG_MIN"])
def test_the_first_nan_is_the_extremum(operator):
    x = np.float32([[1, np.nan, 3], [4, 5, np.nan]])
    interpreter = Interpreter(EXAMPLES[operator].model(operator))
    np.testing.assert_array_equal(interpreter.invoke(in0=x)["out0"], [1, 2])


def test_nan_is_among_the_largest():
    x = np.float32([[1, np.nan, 3], [4, 5, 6]])
    values = Interpreter(EXAMPLES["TOPK_V2"].model("TOPK_V2")).invoke(in0=x)["out0"]
    np.testing.assert_array_equal(values, np.float32([[np.nan, 3], [6, 5]]))


@pytest.mark.parametrize(
    ("bound", "value"), [("in0", np.nan), ("in1", np.nan), ("in2", np.nan), ("in1", np.inf)]
)
def test_a_range_without_an_end_is_an_error(bound, value):
    example = EXAMPLES["RANGE"]
    fed = {**example.fed(), bound: np.asarray(value, np.float32)}
    with pytest.raises(InputError, match="does not end"):
        Interpreter(example.model("RANGE")).invoke(**fed)


def test_integers_have_no_nan():
    """The one place where it has to become a number: CAST gives the largest, as LiteRT."""
    example = EXAMPLES["CAST"]
    result = Interpreter(example.model("CAST")).invoke(in0=np.full((2, 3), np.nan, np.float32))
    assert (result["out0"] == np.iinfo(np.int32).max).all()


def test_embedded_ids_are_no_floats():
    table = random(0, 4, 3)
    table[2] = np.nan
    example = EXAMPLES["EMBEDDING_LOOKUP"]
    ids = integers(0, 2, low=2, high=3)
    result = Interpreter(example.model("EMBEDDING_LOOKUP")).invoke(in0=ids, in1=table)
    assert np.isnan(result["out0"]).all()
