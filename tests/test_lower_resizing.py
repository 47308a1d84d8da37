"""Images in another size, lowered, equal the plain kernels to the bit."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.isa import CHOICE
from tests.build_model import constant, quantization, single_operator, tensor
from tests.tiles import USABLE, assert_flat_equals_plain, is_one_segment

BILINEAR, NEAREST = "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"

CASES = [  # images, rows and columns of the result
    ((1, 1, 1, 1), (1, 1)),
    ((1, 1, 1, 3), (4, 5)),
    ((2, 5, 7, 20), (10, 14)),
    ((1, 9, 8, 33), (4, 3)),
    ((3, 4, 6, 16), (7, 1)),
]
GRIDS = [
    {},
    {"align_corners": True},
    {"half_pixel_centers": True},
    {"align_corners": True, "half_pixel_centers": True},
]


def resized(operator, x, size, options, element_type="FLOAT32"):
    scheme = None if element_type == "FLOAT32" else quantization(0.1, 3)
    given, made = (
        tensor(name, shape, element_type, quantization=scheme)
        for name, shape in (("x", x), ("y", (x[0], *size, x[3])))
    )
    return single_operator(operator, [given, constant("s", np.int32(size))], [made], options)


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("options", GRIDS, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_between_pixels(monkeypatch, case, options, isa):
    monkeypatch.setenv(CHOICE, isa)
    model, rng = resized(BILINEAR, *case, options), np.random.default_rng(0)
    assert_flat_equals_plain(model, rng.standard_normal(case[0]).astype(np.float32))
    for numbers in ([0.0, -0.0], [1.0, np.inf, -np.inf], [1.0, np.nan]):
        assert_flat_equals_plain(model, rng.choice(np.float32(numbers), case[0]))


@pytest.mark.parametrize("options", GRIDS, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_nearest_pixel(case, options):
    for element_type, dtype in (("FLOAT32", np.float32), ("INT8", np.int8), ("UINT8", np.uint8)):
        x = np.random.default_rng(1).integers(0, 128, case[0]).astype(dtype)
        assert_flat_equals_plain(resized(NEAREST, *case, options, element_type), x)


REFUSED = [
    (BILINEAR, (1, 3, 3, 2), (2, 2), {}, "INT8"),
    (NEAREST, (0, 3, 3, 2), (2, 2), {}, "FLOAT32"),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_left_to_the_plain_kernel(case):
    interpreter = Interpreter(resized(*case))
    interpreter.invoke(x=np.ones(case[1], np.int8 if case[4] == "INT8" else np.float32))
    assert not is_one_segment(interpreter)
