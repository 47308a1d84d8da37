"""Integers that are divided by."""

import numpy as np
import pytest

from kernels.divisor import require_divisor
from kernels.errors import InputError


@pytest.mark.parametrize("y", [np.float32([0, 1]), np.int32([1, -1]), np.zeros(0, np.int32)])
def test_taken(y):
    require_divisor(y)


def test_zero():
    with pytest.raises(InputError, match="division by the integer 0"):
        require_divisor(np.int32([3, 0]))
