"""LOG_SOFTMAX of quantized bytes, against real numbers and LiteRT."""

import numpy as np
import pytest

from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.quantized import BYTES, Affine, affines, check, codes, every_code, model_of

OUTPUT = {"INT8": (1 / 16, 127), "UINT8": (1 / 16, 255), "INT16": (1 / 16, 0)}
"""The scales and zero points that TFLite demands."""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", [(1, 1), (7, 10), (2, 3, 4, 100), (1, 1001)])
@pytest.mark.parametrize("element_type", BYTES)
def test_log_softmax(element_type, shape, seed):
    x = affines(seed, element_type, 1)[0]
    out = Affine(element_type, *OUTPUT[element_type])
    q = codes(seed, x, *shape)
    real = x.real(q)
    truth = real - np.log(np.exp(real).sum(-1, keepdims=True))
    check(model_of("LOG_SOFTMAX", [(x, q)], out, shape), [q], out, truth)


@pytest.mark.parametrize("scale", [0.001, 0.5, 3.0])
@pytest.mark.parametrize("element_type", BYTES)
def test_every_code_in_one_row(element_type, scale):
    x, out = Affine(element_type, scale), Affine(element_type, *OUTPUT[element_type])
    q = every_code(element_type)
    check(model_of("LOG_SOFTMAX", [(x, q)], out, q.shape), [q])


def test_int16_is_refused():
    x = Affine("INT16", 0.1)
    model = model_of("LOG_SOFTMAX", [(x, codes(1, x, 3))], x, (3,))
    with pytest.raises(UnsupportedOperatorError, match=r"takes INT8, UINT8 but .* INT16"):
        Interpreter(model)
