"""The logarithm in fixed point, against that of real numbers."""

import numpy as np
import pytest

from kernels.fixed_log import log_from_one_up


@pytest.mark.parametrize(("integer_bits", "out_bits"), [(12, 5), (12, 4), (5, 3)])
def test_logarithm(integer_bits, out_bits):
    one = 1 << 31 - integer_bits
    x = np.unique(np.geomspace(one, (1 << 31) - 1, 999).astype(np.int64))
    result = log_from_one_up(x, integer_bits, out_bits) / 2.0 ** (31 - out_bits)
    np.testing.assert_allclose(result, np.log(x / one), rtol=0, atol=1e-5)
