"""LOGISTIC and TANH in integers, against real numbers; with LiteRT in
test_quantized_activations."""

import numpy as np
import pytest

from kernels.constant import DTYPES
from kernels.node import NUMERICS
from kernels.per_tensor import PerTensor
from kernels.quantized_sigmoids import fixed_logistic, fixed_tanh, wide_logistic, wide_tanh


def logistic(x):
    return 1 / (1 + np.exp(-x))


def tensor(name, scale):
    return PerTensor(np.float32(scale), 0, DTYPES[name])


@pytest.mark.parametrize("scale", [0.001, 0.03, 1.0])
@pytest.mark.parametrize(
    ("made", "function", "steps"), [(fixed_logistic, logistic, 256), (fixed_tanh, np.tanh, 128)]
)
def test_bytes(made, function, steps, scale):
    x = np.arange(-255, 256)
    error = made(tensor("INT8", scale))(x) / steps - function(x * scale)
    assert np.abs(error).max() < 0.51 / steps


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("scale", [2e-5, 2.0**-12, 2.0**-11, 1e-3])
@pytest.mark.parametrize(("made", "function"), [(wide_logistic, logistic), (wide_tanh, np.tanh)])
def test_int16(made, function, scale, numerics):
    x = np.arange(-32768, 32768)
    error = made(tensor("INT16", scale), numerics)(x) / 32768 - function(x * scale)
    assert np.abs(error).max() < 12 / 32768
