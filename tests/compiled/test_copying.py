import numpy as np
import pytest

from kernels.kernel import kernel


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 1000])
def test_as_many_bytes_as_are_asked_for(count):
    x = np.random.default_rng(0).integers(0, 256, 1000, dtype=np.uint8)
    y = np.full(1000, 7, np.uint8)
    kernel("copying.copy")(x, y, chunks=count)
    np.testing.assert_array_equal(y[:count], x[:count])
    assert np.all(y[count:] == 7)
