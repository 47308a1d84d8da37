"""Rows quantized as TFLite does it, by every instruction set of this machine."""

import numpy as np
import pytest

from kernels import activation_quantization
from kernels.kernel import kernel
from tests.compiled.test_quantize import special_rows
from tests.tiles import USABLE, bits, isa_of

KINDS = {
    "symmetric": activation_quantization.symmetric,
    "asymmetric": activation_quantization.asymmetric,
}


def quantized(name, kind, x):
    """Codes as stored, scales, and minus the zero points of codes."""
    isa, (rows, depth) = isa_of(name), x.shape
    step = -(-depth // isa.lanes) * isa.lanes
    codes = np.zeros((rows, step), isa.code)
    scales, zeros = np.zeros(rows, np.float32), np.zeros(rows, np.int32)
    kernel(f"recurrent_{name}.{kind}")(
        x, codes.reshape(-1), scales, zeros, depth, step, chunks=rows
    )
    return codes[:, :depth].astype(np.int32), scales, zeros


def assert_quantized(name, kind, x):
    isa = isa_of(name)
    codes, scales, zeros = quantized(name, kind, x)
    expected = KINDS[kind](x)
    np.testing.assert_array_equal(bits(scales), bits(expected.scale[:, 0]))
    finite = np.isfinite(scales)
    zero = expected.zero_point[finite, 0].astype(np.int32)
    shown = zero * 0 if isa.shift is None else zero + isa.shift
    np.testing.assert_array_equal(codes[finite] - shown[:, None], expected.values[finite])
    np.testing.assert_array_equal(-zeros[finite], zero + (isa.shift or 0))


@pytest.mark.parametrize("shape", [(1, 1), (2, 8), (16, 64), (17, 65), (25, 129), (12, 1030)])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", USABLE)
def test_rows(name, kind, shape):
    assert_quantized(name, kind, special_rows(np.random.default_rng(0), *shape))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", USABLE)
def test_numbers_just_below_one_half(name, kind):
    """Whole vectors round the last number below one half up, what is left over does not."""
    below = np.nextafter(np.float32(0.5), np.float32(0))
    x = np.full((1, 20), below, np.float32)
    x[0, [0, 9]] = 127, -below
    if kind == "asymmetric":
        x[0, 1] = -128
    assert_quantized(name, kind, x)
