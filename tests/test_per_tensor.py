"""Integers with one scale: real numbers, activations, refusals."""

import numpy as np
import pytest

from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.model import Tensor
from kernels.per_tensor import PerTensor
from tests.build_model import quantization

HALF = PerTensor.of(Tensor("x", "INT8", (2,), quantization=quantization(0.5, -3)))


def test_there_and_back():
    q = np.int8([-128, -3, 127])
    assert HALF.dequantized(q).tolist() == [-62.5, 0.0, 65.0]
    assert HALF.stored(HALF.centred(q)).tolist() == q.tolist()
    assert HALF.stored(np.array([1000, -1000])).tolist() == [127, -128]
    assert HALF.stored(np.array([1000, -1000]), (-3, 9)).tolist() == [9, -3]


@pytest.mark.parametrize(
    ("code", "expected"), [(0, (-128, 127)), (1, (-3, 127)), (2, (-5, -1)), (3, (-3, 9))]
)
def test_activations(code, expected):
    assert HALF.activation_bounds(code) == expected


def test_an_activation_that_is_no_clamp():
    with pytest.raises(ModelError, match="activation 4 is not a clamp"):
        HALF.activation_bounds(4)


@pytest.mark.parametrize(
    ("element_type", "given"),
    [("INT8", None), ("INT8", quantization([0.5, 0.5])), ("INT32", quantization(0.5))],
)
def test_what_it_does_not_take(element_type, given):
    with pytest.raises(UnsupportedOperatorError, match=r"Tensor 'x' .* with one"):
        PerTensor.of(Tensor("x", element_type, (2,), quantization=given))
