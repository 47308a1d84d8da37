import numpy as np
import pytest

from kernels.flat.panels import pack_panels
from kernels.kernel import kernel
from tests.tiles import USABLE

SHAPES = [(1, 1, 1), (2, 5, 3), (1, 16, 32), (3, 33, 70), (1, 100, 129)]  # images, depth, columns


@pytest.mark.parametrize("width", [16, 64])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", USABLE)
def test_panels_are_those_of_constants(name, shape, width):
    matrices = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    expected = pack_panels(matrices[:, None], width, 1).reshape(shape[0], -1, shape[1], width)
    for order, given in (("rows", matrices), ("columns", matrices.transpose(0, 2, 1).copy())):
        made = np.full(expected.shape, 7, np.float32)
        chunks = made.shape[0] * made.shape[1]
        kernel(f"{name}.pack_{order}")(given, made, *shape[1:], width, chunks=chunks)
        np.testing.assert_array_equal(made, expected)
