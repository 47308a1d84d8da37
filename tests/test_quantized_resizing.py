"""RESIZE_BILINEAR of quantized images, against the kernel for floats and LiteRT."""

import numpy as np
import pytest

from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.build_model import constant, single_operator, tensor
from tests.quantized import TYPES, Affine, affines, check, codes, model_of

SIZES = [
    ((2, 5, 6, 3), (9, 11)),
    ((1, 9, 11, 4), (4, 5)),
    ((1, 1, 1, 5), (3, 4)),
    ((1, 4, 3, 2), (1, 1)),
    ((1, 33, 33, 2), (65, 257)),
]
GRIDS = [(False, False), (True, False), (False, True)]


@pytest.mark.parametrize(("align_corners", "half_pixel_centers"), GRIDS)
@pytest.mark.parametrize(("shape", "size"), SIZES)
@pytest.mark.parametrize("element_type", TYPES)
def test_resize_bilinear(element_type, shape, size, align_corners, half_pixel_centers):
    x = affines(shape[1], element_type, 1)[0]
    q = codes(1, x, *shape)
    made = (shape[0], *size, shape[3])
    given = {"align_corners": align_corners, "half_pixel_centers": half_pixel_centers}
    constants = [constant("size", np.int32(size))]
    check(model_of("RESIZE_BILINEAR", [(x, q)], x, made, given, 3, constants), [q])


def test_it_is_near_that_of_floats():
    x = Affine("INT8", 1.0)
    q = codes(1, x, 1, 7, 8, 2)
    size = constant("size", np.int32([14, 20]))
    floats = single_operator(
        "RESIZE_BILINEAR", [tensor("in0", q.shape), size], [tensor("out", (1, 14, 20, 2))]
    )
    truth = Interpreter(floats).invoke(in0=q.astype(np.float32))["out"]
    model = model_of("RESIZE_BILINEAR", [(x, q)], x, (1, 14, 20, 2), {}, 3, [size])
    check(model, [q], x, truth, steps=1.5)


def test_another_scale_is_refused():
    x, out = Affine("INT8", 1.0), Affine("INT8", 2.0)
    q = codes(1, x, 1, 4, 4, 1)
    size = constant("size", np.int32([8, 8]))
    with pytest.raises(UnsupportedOperatorError, match=r"RESIZE_BILINEAR.*different quantization"):
        Interpreter(model_of("RESIZE_BILINEAR", [(x, q)], out, (1, 8, 8, 1), {}, 3, [size]))
