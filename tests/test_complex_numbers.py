"""COMPLEX_ABS, IMAG, REAL and RFFT2D, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from tests.oracle import Fixed, check, operator_model, random

PARTS = {"COMPLEX_ABS": lambda x: np.hypot(x.real, x.imag), "IMAG": np.imag, "REAL": np.real}


@pytest.mark.parametrize("operator", PARTS)
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 3, 4)])
def test_parts(operator, dtype, shape):
    x = (random(1, *shape) + 1j * random(2, *shape)).astype(dtype)
    check(operator, [x], np.asarray(PARTS[operator](x)))


@pytest.mark.parametrize(
    ("shape", "lengths"),
    [
        ((1, 8), (1, 8)),
        ((4, 4), (4, 4)),
        ((2, 8, 16), (8, 16)),
        ((2, 5, 7), (8, 8)),  # padded with zeros
        ((9, 20), (8, 4)),  # cut
        ((1, 2), (1, 2)),
    ],
)
def test_rfft2d(shape, lengths):
    x = random(3, *shape)
    expected = np.fft.rfft2(x.astype(np.float64), s=lengths).astype(np.complex64)
    check("RFFT2D", [x, Fixed(np.int32(lengths))], expected, tolerance=1e-6)


@pytest.mark.parametrize("lengths", [(3, 4), (0, 4), (-8, 4), (4,)])
def test_lengths_that_are_no_powers_of_two(lengths):
    x, lengths = random(1, 4, 4), np.int32(lengths)
    model = operator_model("RFFT2D", [x, lengths], [np.zeros((4, 3), np.complex64)])
    with pytest.raises(InputError, match="powers of two"):
        Interpreter(model).invoke(in0=x, in1=lengths)
