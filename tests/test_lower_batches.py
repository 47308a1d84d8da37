import numpy as np
import pytest

from tests.oracle import Fixed, operator_model
from tests.plain_and_flat import kernels_of, operator_flat

CASES = {  # shape, blocks, borders
    "one dimension": ((2, 6, 3), [3], [(0, 0)]),
    "padded": ((2, 5, 3), [4], [(1, 2)]),
    "images": ((1, 6, 8, 3), [2, 2], [(0, 0), (0, 0)]),
    "dilated": ((2, 5, 7, 16), [2, 3], [(2, 1), (0, 2)]),
    "blocks of one": ((2, 4, 4, 3), [1, 1], [(1, 1), (0, 0)]),
    "three dimensions": ((1, 4, 4, 4, 2), [2, 2, 2], [(0, 0), (1, 1), (0, 0)]),
}


@pytest.mark.parametrize("dtype", [np.float32, np.int8])
@pytest.mark.parametrize(("shape", "blocks", "borders"), CASES.values(), ids=CASES)
def test_blocks_to_the_batch_and_back(shape, blocks, borders, dtype):
    x = np.arange(np.prod(shape)).astype(dtype).reshape(shape)
    fixed = [Fixed(np.int32(blocks)), Fixed(np.int32(borders))]
    padded = [n + sum(b) for n, b in zip(shape[1:], borders, strict=False)]
    cells = [n // b for n, b in zip(padded, blocks, strict=True)]
    rest = shape[1 + len(blocks) :]
    y = np.zeros((np.prod(blocks) * shape[0], *cells, *rest), dtype)
    y.flat[:] = np.arange(y.size)
    operator_flat("SPACE_TO_BATCH_ND", [x, *fixed], [y])
    operator_flat("BATCH_TO_SPACE_ND", [y, *fixed], [x])


def test_sizes_that_do_not_fit_are_an_error_of_the_plain_kernel():
    x = np.zeros((1, 5, 6, 3), np.float32)
    fixed = [Fixed(np.int32([2, 2])), Fixed(np.int32([(0, 0), (0, 0)]))]
    with pytest.raises(Exception, match="not multiples"):
        kernels_of(operator_model("SPACE_TO_BATCH_ND", [x, *fixed], [x]), x)
