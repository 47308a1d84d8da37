"""Fixed-point functions, against the functions of real numbers; LiteRT tests them to the bit."""

import numpy as np
import pytest

from kernels.fixed_point import (
    INT16,
    INT32,
    count_leading_sign_bits,
    count_leading_zeros,
    input_radius,
    reciprocal,
)

TOLERANCE = {INT32: 1e-6, INT16: 2e-3}


@pytest.mark.parametrize("integer_bits", [1, 3, 4])
@pytest.mark.parametrize("fixed", [INT32, INT16])
@pytest.mark.parametrize(
    ("name", "function"), [("logistic", lambda x: 1 / (1 + np.exp(-x))), ("tanh", np.tanh)]
)
def test_sigmoids(name, function, fixed, integer_bits):
    limit = 1 << fixed.bits
    a = np.linspace(-limit + 1, limit - 1, 999).astype(np.int64)
    real = a / 2.0 ** (fixed.bits - integer_bits)
    result = getattr(fixed, name)(a, integer_bits) / limit
    np.testing.assert_allclose(result, function(real), rtol=0, atol=TOLERANCE[fixed])


@pytest.mark.parametrize("fixed", [INT32, INT16])
def test_exponential(fixed):
    a = -np.linspace(0, (1 << fixed.bits) - 1, 999).astype(np.int64)
    result = fixed.exp_on_negative_values(a, 5) / (1 << fixed.bits)
    real = a / 2.0 ** (fixed.bits - 5)
    np.testing.assert_allclose(result, np.exp(real), rtol=0, atol=TOLERANCE[fixed])


def test_products_saturate_and_round_halves_up():
    least = -(1 << 31)
    assert INT32.times(np.array([least]), least).tolist() == [INT32.one]
    assert INT16.times(np.array([1, -1, 3]), 1 << 14).tolist() == [1, 0, 2]


def test_leading_bits():
    assert count_leading_zeros(np.array([0, 1, 255, 2**31 - 1])).tolist() == [32, 31, 24, 1]
    assert count_leading_sign_bits(np.array([0, 1, -1, -2, 127])).tolist() == [31, 30, 31, 30, 24]


@pytest.mark.parametrize("value", [1, 3, 255, 4096, 2**30 + 7])
def test_reciprocals(value):
    mantissa, shift = reciprocal(np.array([value]), 31)
    assert float(mantissa[0]) / 2.0**31 / 2.0 ** (shift[0]) == pytest.approx(1 / value, rel=1e-7)


def test_input_radius():
    assert input_radius(5, 26) == 31
    assert input_radius(4, 20) == 1920
