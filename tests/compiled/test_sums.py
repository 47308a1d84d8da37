"""The matrix kernels are tested through ``kernels.float_matmul``."""

import numpy as np
import pytest

from kernels.kernel import kernel

CASES = [  # output rows and columns, filter, stride, dilation, channels
    ((1, 1), (1, 1), (1, 1), (1, 1), 1),
    ((4, 3), (3, 2), (1, 1), (1, 1), 5),
    ((3, 4), (2, 5), (2, 3), (1, 1), 17),
    ((2, 3), (3, 3), (1, 2), (2, 3), 8),
]


@pytest.mark.parametrize("columns_first", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_taps_are_added_in_order(case, columns_first):
    shape, size, stride, dilation, channels = case
    rng = np.random.default_rng(0)
    reach = [(o - 1) * s + (k - 1) * d + 1 for o, k, s, d in zip(*case[:4], strict=True)]
    images = rng.standard_normal((2, *reach, channels)).astype(np.float32)
    filters = rng.standard_normal((*size, channels)).astype(np.float32)
    start = rng.standard_normal((2, *shape, channels)).astype(np.float32)
    output = start.copy()
    sizes = (*images.shape[1:], *size, *shape, *stride, *dilation, columns_first)
    kernel("sums.add_fused_taps")(images, filters, output, *sizes, chunks=2 * shape[0])

    taps = list(np.ndindex(*size))
    if columns_first:
        taps.sort(key=lambda tap: tap[::-1])
    expected = start
    for i, j in taps:
        rows = slice(i * dilation[0], None, stride[0])
        columns = slice(j * dilation[1], None, stride[1])
        seen = images[:, rows, columns][:, : shape[0], : shape[1]].astype(np.float64)
        # A product of float32 is exact in float64: one rounding of the sum is left to chance.
        expected = (seen * filters[i, j] + expected).astype(np.float32)
    np.testing.assert_array_equal(output, expected)
