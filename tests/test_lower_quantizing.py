import numpy as np
import pytest

from tests.build_model import single_operator, tensor
from tests.oracle import random
from tests.plain_and_flat import assert_flat
from tests.quantized import TYPES, Affine, codes, every_code

ODD = np.float32([0, -0.0, 1e-40, np.inf, -np.inf, np.nan, 3e38, -3e38, 0.5, 1.5, -0.5, -1.5])


def affine(element_type):
    return Affine(element_type, 0.013, 0 if element_type == "INT16" else 7)


def quantizing(shape, out):
    return single_operator("QUANTIZE", [tensor("x", shape)], [out.value("y", shape)])


def dequantizing(shape, given):
    return single_operator("DEQUANTIZE", [given.value("x", shape)], [tensor("y", shape)])


@pytest.mark.parametrize("element_type", TYPES)
@pytest.mark.parametrize("shape", [(), (0, 3), (5,), (3, 5000)])
def test_quantize(shape, element_type):
    x = np.asarray(random(0, *shape) * np.float32(2))
    assert_flat(quantizing(x.shape, affine(element_type)), x)


@pytest.mark.parametrize("element_type", TYPES)
def test_odd_numbers_and_halves(element_type):
    steps = np.float32(0.013) * np.arange(-300, 300, 0.5, dtype=np.float32)
    x = np.concatenate([ODD, steps])
    (used,) = assert_flat(quantizing(x.shape, affine(element_type)), x)
    assert used.startswith("quantizing.to")


@pytest.mark.parametrize("element_type", TYPES)
def test_dequantize(element_type):
    q = every_code(element_type)
    (used,) = assert_flat(dequantizing(q.shape, affine(element_type)), q)
    assert used.startswith("quantizing.of")
    q = codes(0, element_type, 3, 5000)
    assert_flat(dequantizing(q.shape, affine(element_type)), q)
