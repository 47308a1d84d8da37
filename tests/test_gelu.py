"""GELU, against C's error function."""

from math import erf

import numpy as np
import pytest

from kernels.gelu import erf_gelu, tanh_gelu


@pytest.mark.parametrize(("gelu", "tolerance"), [(erf_gelu, 1e-6), (tanh_gelu, 1e-3)])
def test_gelu(gelu, tolerance):
    x = np.linspace(-5, 5, 101, dtype=np.float32)
    expected = x * (1 + np.vectorize(erf)(x.astype(float) * 0.5**0.5)) / 2
    np.testing.assert_allclose(gelu(x), expected, rtol=0, atol=tolerance)
