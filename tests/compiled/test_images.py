"""Images with a border, by every instruction set of this machine."""

import numpy as np
import pytest

from kernels.flat.border import Border
from kernels.kernel import kernel
from tests.tiles import USABLE, code_zero, isa_of

CASES = [  # images, border
    ((1, 1, 1, 1), Border()),
    ((2, 3, 4, 1), Border(1, 0, 2, 1)),
    ((1, 5, 7, 13), Border(0, 2, 0, 3)),
    ((2, 2, 9, 40), Border(1, 1, 1, 1)),
]


def bordered(x: np.ndarray, border: Border, number: int) -> np.ndarray:
    widths = ((0, 0), (border.above, border.below), (border.left, border.right), (0, 0))
    return np.pad(x, widths, constant_values=number)


@pytest.mark.parametrize(("shape", "border"), CASES)
@pytest.mark.parametrize("name", USABLE)
def test_copies(name, shape, border):
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    y = np.full(border.around(shape), 7, np.float32)
    arguments = (x, y, 200, *border.numbers(shape))
    kernel(f"{name}.copy_floats")(*arguments, chunks=y.shape[0] * y.shape[1])
    np.testing.assert_array_equal(y, bordered(x, border, 200))


@pytest.mark.parametrize(("shape", "border"), CASES)
@pytest.mark.parametrize("name", USABLE)
def test_codes_of_floats(name, shape, border):
    isa, rng = isa_of(name), np.random.default_rng(1)
    int8 = rng.integers(-128, 128, shape)
    zero = rng.integers(-128, 128, shape[0]).astype(np.int32)
    inverse = np.float32(2.0) ** rng.integers(-3, 4, shape[0]).astype(np.float32)
    of_image = np.s_[:, None, None, None]
    x = ((int8 - zero[of_image]) / inverse[of_image]).astype(np.float32)
    zeros = -(zero + np.int32(isa.shift or 0))
    codes = np.zeros(border.around(shape), isa.code)
    rows = codes.shape[0] * codes.shape[1]
    kernel(f"{name}.encode_images")(
        x, codes, inverse, zeros, inverse, *border.numbers(shape), chunks=rows
    )
    real = bordered(int8 - zero[of_image], border, 0)
    np.testing.assert_array_equal(codes - code_zero(isa, zero)[of_image], real)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
@pytest.mark.parametrize(("shape", "border"), CASES)
@pytest.mark.parametrize("name", USABLE)
def test_codes_of_integers(name, shape, border, dtype):
    isa, limits = isa_of(name), np.iinfo(dtype)
    x = np.random.default_rng(2).integers(limits.min, limits.max + 1, shape).astype(dtype)
    zero = limits.min + 77
    int8_zero = zero if dtype == np.int8 else zero - 128
    code = int(code_zero(isa, np.int64(int8_zero)))
    flip = 128 if (dtype == np.int8) == (isa.code == "uint8") else 0
    codes = np.zeros(border.around(shape), isa.code)
    rows = codes.shape[0] * codes.shape[1]
    moved = int8_zero if isa.shift is None else 0
    kernel(f"{name}.recode_images")(
        x.view(np.uint8), codes, flip, moved, code, *border.numbers(shape), chunks=rows
    )
    expected = bordered(x.astype(np.int64) - zero, border, 0)
    np.testing.assert_array_equal(codes.astype(np.int64) - code, expected)
