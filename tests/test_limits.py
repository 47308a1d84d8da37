"""Sizes that a model computes."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from tests.oracle import operator_model


@pytest.mark.parametrize("shape", [(), (0, 2**40), (25,), (5, 5)])
def test_within(shape):
    Limits(tensor_bytes=100).check_size(shape, 4)


@pytest.mark.parametrize("shape", [(26,), (2**31, 2**31, 2**31)])
def test_beyond(shape):
    with pytest.raises(ModelError, match="the limit is 100"):
        Limits(tensor_bytes=100).check_size(shape, 4)


def test_negative():
    with pytest.raises(ModelError, match=r"\(2, -1\), with a negative dimension"):
        Limits().check_size((2, -1), 4)


def test_what_broadcasts_within():
    Limits(tensor_bytes=100).check_broadcast(np.zeros((5, 5), np.float32), np.zeros(5, np.float32))
    Limits(tensor_bytes=100).check_broadcast(*[np.zeros((5, 1), np.float32)] * 3)


@pytest.mark.parametrize("operator", ["ADD", "LESS", "PRELU"])
def test_what_broadcasts_beyond(operator):
    x, y = np.zeros((9, 1), np.float32), np.zeros((1, 9), np.float32)
    result = np.zeros((1, 1), np.bool_ if operator == "LESS" else np.float32)
    model = operator_model(operator, [x, y], [result])
    with pytest.raises(
        ModelError, match=rf"{operator}.*shape \(9, 9\), 324 bytes; the limit is 100"
    ):
        Interpreter(model, limits=Limits(tensor_bytes=100)).invoke(in0=x, in1=y)
