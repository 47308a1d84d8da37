"""FAKE_QUANT, against its definition and LiteRT."""

import numpy as np
import pytest

from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.oracle import check, operator_model, random


def definition(x, low, high, bits):
    scale = (high - low) / (2**bits - 1)
    zero = np.clip(np.round(-low / scale), 0, 2**bits - 1)
    return (np.clip(np.round(x / scale) + zero, 0, 2**bits - 1) - zero) * scale


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
@pytest.mark.parametrize(("low", "high"), [(-1, 1), (0, 6), (-0.1, 2.3), (1, 3), (-5, -2)])
@pytest.mark.parametrize("shape", [(), (50,), (2, 3, 4)])
def test_fake_quant(shape, low, high, bits):
    x = random(1, *shape) * 3
    options = {"min": low, "max": high, "num_bits": bits}
    model = operator_model("FAKE_QUANT", [np.asarray(x)], [np.asarray(x)], options)
    ours = Interpreter(model).invoke(in0=np.asarray(x))["out0"]
    step = (high - low) / (2**bits - 1)
    assert np.abs(ours - definition(x, low, high, bits)).max() <= 1.001 * step
    check("FAKE_QUANT", [np.asarray(x)], ours, options)


def test_nan_stays():
    x = np.float32([np.nan, np.inf, -np.inf])
    model = operator_model("FAKE_QUANT", [x], [x], {"min": -1, "max": 1, "num_bits": 8})
    result = Interpreter(model).invoke(in0=x)["out0"]
    assert np.isnan(result[0])
    assert result[1] > 0.9
    assert result[2] < -0.9


@pytest.mark.parametrize("options", [{"min": 1, "max": 1}, {"min": 2, "max": 1}, {"num_bits": 1}])
def test_a_range_that_is_none(options):
    given = {"min": -1, "max": 1, "num_bits": 8, **options}
    with pytest.raises(ModelError, match="quantizes"):
        Interpreter(operator_model("FAKE_QUANT", [random(1, 1)], [random(1, 1)], given))


def test_a_narrow_range():
    options = {"min": -1, "max": 1, "num_bits": 8, "narrow_range": True}
    with pytest.raises(UnsupportedOperatorError, match="narrow_range"):
        Interpreter(operator_model("FAKE_QUANT", [random(1, 1)], [random(1, 1)], options))
