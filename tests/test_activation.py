"""Fused activation functions against their definitions."""

import numpy as np
import pytest

from kernels.activation import activation_bounds, fused_activation, fused_clamp
from kernels.errors import ModelError
from kernels.transcendental import tanh

VALUES = np.float32([-7, -1, -0.5, -0.0, 0, 0.5, 1, 6, 7, np.inf, -np.inf])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, VALUES),
        (1, np.where(VALUES > 0, VALUES, 0)),
        (2, np.clip(VALUES, -1, 1)),
        (3, np.clip(VALUES, 0, 6)),
        (4, tanh(VALUES)),
        (5, np.float32([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1])),
    ],
)
def test_float32(code, expected):
    result = fused_activation(code)(VALUES)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_a_clamp_keeps_integers_and_its_bounds_say_what_it_does(code):
    x = np.arange(-9, 9, dtype=np.int32)
    result = fused_activation(code)(x)
    assert result.dtype == np.int32
    np.testing.assert_array_equal(result, np.clip(x, *activation_bounds(code)))
    np.testing.assert_array_equal(result, fused_clamp(code)(x))


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
def test_nan_stays_nan(code):
    assert np.isnan(fused_activation(code)(np.float32([np.nan]))).all()


def test_no_elements():
    assert fused_activation(3)(np.zeros((0, 4), np.float32)).shape == (0, 4)


@pytest.mark.parametrize("code", [4, 5, 6, -1])
def test_only_clamps_have_bounds(code):
    with pytest.raises(ModelError, match=f"Fused activation {code}"):
        activation_bounds(code)
    with pytest.raises(ModelError, match=f"Fused activation {code}"):
        fused_clamp(code)


def test_unknown_code():
    with pytest.raises(ModelError, match="Fused activation 17"):
        fused_activation(17)
