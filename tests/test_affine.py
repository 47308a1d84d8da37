"""The integer that stands for 0.0, and integers that mean the same."""

import pytest

from kernels.affine import require_one_quantization, stored_zero
from kernels.errors import UnsupportedOperatorError
from kernels.model import Tensor
from kernels.node import Operand
from tests.build_model import quantization


def operand(given):
    return Operand(Tensor("x", "INT8", (2,), quantization=given))


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, 0), (quantization(0.5), 0), (quantization(0.5, -3), -3), (quantization([1.0, 2.0]), 0)],
)
def test_stored_zero(given, expected):
    assert stored_zero(operand(given).tensor) == expected


@pytest.mark.parametrize(
    "given",
    [[], [None, None], [quantization(0.5, 1), quantization(0.5, 1)]],
)
def test_one_quantization(given):
    require_one_quantization(map(operand, given))


@pytest.mark.parametrize(
    "other", [None, quantization(0.25, 1), quantization(0.5, 2), quantization([0.5, 0.5], 1)]
)
def test_different_quantization(other):
    with pytest.raises(UnsupportedOperatorError, match="different quantization"):
        require_one_quantization(map(operand, [quantization(0.5, 1), other]))
