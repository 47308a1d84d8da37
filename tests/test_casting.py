"""CAST, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.constant import DTYPES
from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.build_model import constant, single_operator, tensor
from tests.oracle import check, integers, litert, operator_model, random

NUMBERS = [np.float32, np.int32, np.int64, np.int8, np.int16, np.uint8, np.bool_]


@pytest.mark.parametrize("to", [*NUMBERS, np.float16, np.float64, np.uint16, np.uint32])
@pytest.mark.parametrize("of", NUMBERS)
def test_values_that_both_types_hold(of, to):
    x = integers(1, 3, 5, low=0, high=2 if of is np.bool_ else 100, dtype=of)
    check("CAST", [x], x.astype(to))


@pytest.mark.parametrize("to", [np.int32, np.int8, np.int64, np.uint8])
def test_a_fraction_is_dropped(to):
    x = np.float32([0, 0.9, 1.5, 2.999, 99.5])
    check("CAST", [x], x.astype(to))


def test_negative_fractions_are_dropped_too():
    check("CAST", [np.float32([-0.9, -1.5, -2.999])], np.int32([0, -1, -2]))


@pytest.mark.parametrize(
    ("of", "to"), [(np.int64, np.int32), (np.int32, np.int8), (np.int32, np.uint8)]
)
def test_integers_keep_their_low_bits(of, to):
    x = np.asarray([-1, 300, 2**31 - 1, -129], of)
    check("CAST", [x], x.astype(to))


@pytest.mark.parametrize("of", [np.float32, np.float64])
@pytest.mark.parametrize("to", [np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint32])
def test_floats_beyond_an_integer_become_its_limits(of, to):
    """As LiteRT defines it since 2026; the released wheels leave it to the machine."""
    x = np.asarray([np.inf, 1e30, -1e30, -np.inf, np.nan], of)
    high, low = np.iinfo(to).max, np.iinfo(to).min
    expected = np.asarray([high, high, low, low, high], to)
    check("CAST", [x], expected, litert_runs=[])


def test_complex_numbers_lose_their_imaginary_part():
    x = np.complex64([1 + 2j, -3 + 4j])
    check("CAST", [x], np.float32([1, -3]))
    check("CAST", [np.float32([2])], np.complex64([2]))


def test_no_elements():
    x = np.zeros((0, 2), np.float32)
    result = Interpreter(operator_model("CAST", [x], [x.astype(np.int32)])).invoke(in0=x)["out0"]
    assert (result.shape, result.dtype) == ((0, 2), np.int32)


@pytest.mark.parametrize(("of", "to"), [("STRING", "INT32"), ("FLOAT32", "BFLOAT16")])
def test_types_that_are_refused_at_load(of, to):
    model = single_operator("CAST", [tensor("x", (2,), of)], [tensor("y", (2,), to)])
    with pytest.raises(UnsupportedOperatorError, match=r"CAST \(operator 0\)"):
        Interpreter(model)


def test_booleans_of_numbers():
    check("CAST", [np.float32([0, -2.5, 1e-30])], np.bool_([False, True, True]))
    check("CAST", [random(1, 4) > 0], (random(1, 4) > 0).astype(np.float32))


PACKED = [("INT4", -8, 7), ("UINT4", 0, 15), ("INT2", -2, 1)]


@pytest.mark.parametrize(("element_type", "low", "high"), PACKED)
def test_packed_integers_become_floats(element_type, low, high):
    x = np.resize(np.arange(low, high + 1), (3, 6)).astype(DTYPES[element_type])
    weight = constant("in0", x, element_type)
    check("CAST", [weight], x.astype(np.float32))


@pytest.mark.parametrize("numerics", ["xnnpack", "reference"])
@pytest.mark.parametrize(("element_type", "low", "high"), PACKED)
def test_floats_become_packed_integers(element_type, low, high, numerics):
    x = np.float32([-3.7, 2.5, 8.9, -9.5, 0.5, -0.5, 200, np.nan, np.inf, -np.inf])
    expected = np.clip(np.trunc(np.nan_to_num(x, nan=high)), low, high)
    outputs = [tensor("out", x.shape, element_type)]
    model = single_operator("CAST", [tensor("in0", x.shape)], outputs)
    ours = Interpreter(model, numerics).invoke(in0=x)["out"]
    np.testing.assert_array_equal(ours, expected)
    np.testing.assert_array_equal(litert(model, [x], numerics)[0], expected)


@pytest.mark.parametrize(("of", "to"), [("INT4", "INT32"), ("INT32", "INT4"), ("INT4", "INT4")])
def test_packed_integers_are_cast_to_floats_alone(of, to):
    model = single_operator("CAST", [tensor("x", (2,), of)], [tensor("y", (2,), to)])
    with pytest.raises(UnsupportedOperatorError, match=f"It cannot make {to}"):
        Interpreter(model)
