import numpy as np
import pytest

from kernels.requantization import (
    Multiplier,
    in_whole_vectors,
    multiply_by_quantized_multiplier,
    multiply_by_quantized_multiplier_rounding_up,
    multiply_by_real,
    multiply_in_vectors,
    multiply_wide_by_quantized_multiplier,
    requantize_fp32,
    rounding_divide_by_pot,
    saturate,
    saturating_rounding_doubling_high_mul,
)
from tests.naive_requantization import (
    divide_by_pot,
    high_mul,
    multiply,
    multiply_real,
    multiply_up,
    multiply_wide,
    quantize_multiplier,
)

INT32 = [-(2**31), -(2**31) + 1, -(2**30), -1000003, -3, -2, -1, 0, 1, 2, 3, 77, 2**30, 2**31 - 1]
REAL = [0.0, 2.0**-40, 2.0**-32, 2.0**-31, 1e-6, 0.25, 1 / 3, 0.5, 0.75, 1 - 2.0**-40, 1.0, 1.7, 90]


RANDOM = np.random.default_rng(0)
SAMPLES = [*INT32, *RANDOM.integers(-(2**31), 2**31, 300).tolist()]
SMALL = [*range(-9, 10), *RANDOM.integers(-(2**20), 2**20, 300).tolist()]
REALS = [*REAL, *np.exp(RANDOM.uniform(-20, 3, 60)).tolist()]


@pytest.mark.parametrize("real", REALS)
def test_a_multiplier_is_a_fraction_and_a_shift(real):
    made = Multiplier.of(real)
    assert (int(made.value), int(made.shift)) == quantize_multiplier(real)


def test_multipliers_come_in_arrays():
    made = Multiplier.of(REALS)
    pairs = list(zip(made.value.tolist(), made.shift.tolist(), strict=True))
    assert pairs == [quantize_multiplier(real) for real in REALS]


def test_high_mul():
    a, b = np.meshgrid(INT32, SAMPLES)
    expected = [high_mul(int(x), int(y)) for x, y in zip(a.flat, b.flat, strict=True)]
    assert saturating_rounding_doubling_high_mul(a, b).ravel().tolist() == expected


@pytest.mark.parametrize("exponent", range(32))
def test_divide_by_a_power_of_two(exponent):
    ties = [sign * odd * 2**exponent // 2 for sign in (1, -1) for odd in (1, 3, 5)]
    values = [*SAMPLES, *ties]
    expected = [divide_by_pot(x, exponent) for x in values]
    assert rounding_divide_by_pot(values, exponent).tolist() == expected


@pytest.mark.parametrize(
    ("function", "definition", "values"),
    [
        (multiply_by_quantized_multiplier, multiply, SAMPLES),
        (multiply_by_quantized_multiplier_rounding_up, multiply_up, SAMPLES),
        (multiply_wide_by_quantized_multiplier, multiply_wide, [*SMALL, 2**47 - 1, -(2**47)]),
    ],
    ids=["double", "up", "wide"],
)
def test_products_equal_their_definitions(function, definition, values):
    multiplier = Multiplier.of(REALS)
    result = function(np.array(values)[:, None], multiplier)
    for column, real in zip(result.T, REALS, strict=True):
        value, shift = quantize_multiplier(real)
        assert column.tolist() == [definition(x, value, shift) for x in values]


def test_the_roundings_differ():
    x, multiplier = np.arange(-2000, 2000), Multiplier.of(0.75 / 4)
    away = multiply_by_quantized_multiplier(x, multiplier)
    up = multiply_by_quantized_multiplier_rounding_up(x, multiplier)
    assert set(np.unique(up - away)) == {0, 1}
    assert ((up == away) | (x < 0)).all()


@pytest.mark.parametrize("real", [real for real in REALS if real < 8])
def test_real(real):
    assert multiply_by_real(SMALL, real).tolist() == [multiply_real(x, real) for x in SMALL]


def test_real_saturates():
    assert multiply_by_real([2**31 - 1, -(2**31)], 3.0).tolist() == [2**31 - 1, -(2**31)]


@pytest.mark.parametrize(
    ("x", "scale", "expected"),
    [
        (1, 0.5, 0),
        (3, 0.5, 2),
        (-1, 0.5, 0),
        (-3, 0.5, -2),
        (2**24 + 1, 1.0, 2**24),  # float32 has no 2**24 + 1
        (2**31 - 1, 255.0, 2**31),
        (-(2**31), 255.0, -(2**31)),
        (0, 1e-30, 0),
    ],
)
def test_fp32(x, scale, expected):
    assert int(requantize_fp32(x, np.float32(scale))) == expected


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [(np.int8, -128, 127), (np.uint8, 0, 255), (np.int16, -(2**15), 32767)],
)
def test_saturate(dtype, low, high):
    result = saturate(np.array([-(2**40), low, 5, high, 2**40]), dtype)
    assert result.dtype == dtype
    assert result.tolist() == [low, low, 5, high, high]


@pytest.mark.parametrize(
    ("count", "width", "whole"), [(0, 8, 0), (7, 8, 0), (8, 8, 8), (21, 8, 16)]
)
def test_whole_vectors(count, width, whole):
    expected = [True] * whole + [False] * (count - whole)
    assert in_whole_vectors(count, width).tolist() == expected


def test_in_vectors_up_and_what_is_left_over_away():
    multiplier, x = Multiplier.of(0.125), np.full(11, -4)  # a half
    result = multiply_in_vectors(x, multiplier, in_whole_vectors(11, 8))
    assert result.tolist() == [0] * 8 + [-1] * 3
