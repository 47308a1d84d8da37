"""SOFTMAX of quantized tensors, against real numbers and LiteRT."""

import numpy as np
import pytest

from tests.quantized import LOGISTIC_OUTPUT, TYPES, Affine, affines, check, codes, model_of

STEPS = {"INT8": 1, "UINT8": 1, "INT16": 200}
"""From the truth: int16 exponentials are interpolated between 512 places."""


@pytest.mark.parametrize("beta", [1.0, 0.5, 2.0])
@pytest.mark.parametrize("shape", [(1, 1), (7, 10), (2, 3, 4, 100), (1, 1001), (5,)])
@pytest.mark.parametrize("element_type", TYPES)
def test_softmax(element_type, shape, beta):
    x = affines(len(shape), element_type, 1)[0]
    out = Affine(element_type, *LOGISTIC_OUTPUT[element_type])
    q = codes(1, x, *shape)
    powers = np.exp(beta * x.real(q))
    truth = powers / powers.sum(-1, keepdims=True)
    model = model_of("SOFTMAX", [(x, q)], out, shape, {"beta": beta})
    check(model, [q], out, truth, STEPS[element_type])


@pytest.mark.parametrize("element_type", TYPES)
def test_equal_and_far_elements(element_type):
    x = Affine(element_type, 0.1 if element_type != "INT16" else 0.001)
    out = Affine(element_type, *LOGISTIC_OUTPUT[element_type])
    low, high = x.limits
    q = np.array([[low] * 6, [high] * 6, [low, high, low, high, low, low]])
    q = q.astype(codes(0, element_type, 1).dtype)
    check(model_of("SOFTMAX", [(x, q)], out, q.shape, {"beta": 1.0}), [q])
