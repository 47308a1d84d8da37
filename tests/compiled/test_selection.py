import numpy as np
import pytest

from kernels.compiled.spans import BLOCK
from kernels.kernel import kernel


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
@pytest.mark.parametrize("count", [0, 1, 16, 100, 5000])
def test_by_a_condition(bits, count):
    rng = np.random.default_rng(0)
    condition = rng.integers(0, 2, count).astype(np.uint8)
    x, y = rng.integers(0, 99, (2, count)).astype(f"i{bits // 8}")
    z = np.full(count + 1, 7, x.dtype)
    kernel(f"selection.of_{bits}")(condition, x, y, z, count, chunks=-(-count // BLOCK))
    np.testing.assert_array_equal(z[:count], np.where(condition, x, y))
    assert z[count] == 7
