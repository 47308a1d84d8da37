"""L2_NORMALIZATION of quantized bytes, against real numbers and LiteRT."""

import numpy as np
import pytest

from tests.quantized import BYTES, TANH_OUTPUT, Affine, affines, check, codes, model_of


@pytest.mark.parametrize("shape", [(1, 1), (7, 10), (2, 3, 4, 100), (2, 3000), (3, 12, 1)])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("element_type", BYTES)
def test_l2_normalization(element_type, seed, shape):
    x = affines(seed, element_type, 1)[0]
    out = Affine(element_type, *TANH_OUTPUT[element_type])
    q = codes(seed, x, *shape)
    q[q == x.zero_point] ^= 1
    real = x.real(q)
    truth = real / np.sqrt(np.sum(real**2, -1, keepdims=True))
    check(model_of("L2_NORMALIZATION", [(x, q)], out, shape), [q], out, truth)


@pytest.mark.parametrize("element_type", BYTES)
def test_nothing_but_zeros_stays_zero(element_type):
    x = Affine(element_type, 0.1, 7)
    out = Affine(element_type, *TANH_OUTPUT[element_type])
    q = np.full((2, 5), 7, codes(0, x, 1).dtype)
    check(model_of("L2_NORMALIZATION", [(x, q)], out, q.shape), [q], out, np.zeros(q.shape))
