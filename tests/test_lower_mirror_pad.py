import numpy as np
import pytest

from tests.oracle import Fixed, operator_model
from tests.plain_and_flat import kernels_of, operator_flat

MODES = {"REFLECT": "reflect", "SYMMETRIC": "symmetric"}
WIDTHS = [
    ((3, 4), [(0, 0), (0, 0)]),
    ((3, 4), [(1, 2), (3, 0)]),
    ((1, 5, 6, 3), [(0, 0), (2, 2), (1, 3), (0, 0)]),
    ((4, 5, 6), [(2, 1), (3, 4), (5, 2)]),
    ((7,), [(6, 6)]),
]


@pytest.mark.parametrize("dtype", [np.float32, np.int8])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("shape", "widths"), WIDTHS)
def test_mirrors(shape, widths, mode, dtype):
    x = np.arange(np.prod(shape)).astype(dtype).reshape(shape)
    y = np.pad(x, widths, MODES[mode])
    operator_flat("MIRROR_PAD", [x, Fixed(np.int32(widths))], [y], {"mode": mode})


def test_a_border_wider_than_the_tensor_is_an_error_of_the_plain_kernel():
    x, widths = np.zeros((3, 4), np.float32), np.int32([(0, 0), (4, 0)])
    model = operator_model("MIRROR_PAD", [x, Fixed(widths)], [x], {"mode": "REFLECT"})
    with pytest.raises(Exception, match="does not fit"):
        kernels_of(model, x)
