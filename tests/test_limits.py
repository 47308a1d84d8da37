"""Sizes that a model computes."""

import pytest

from kernels.errors import ModelError
from kernels.limits import Limits


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
