"""CONV_3D and CONV_3D_TRANSPOSE, against loops and LiteRT."""

from dataclasses import dataclass

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.node import REFERENCE, XNNPACK
from kernels.window import place_window
from tests.oracle import Fixed, check, operator_model, random

SAME, VALID = 0, 1


@dataclass(frozen=True)
class Case:
    """shape: (N, D, H, W, I) of CONV_3D's input."""

    shape: tuple[int, ...]
    size: tuple[int, ...]
    outputs: int
    stride: tuple[int, ...] = (1, 1, 1)
    dilation: tuple[int, ...] = (1, 1, 1)
    padding: int = SAME
    has_bias: bool = True
    activation: int = 0

    @property
    def options(self):
        return {
            "padding": self.padding,
            **dict(zip(("stride_d", "stride_h", "stride_w"), self.stride, strict=True)),
            **{f"dilation_{a}_factor": d for a, d in zip("dhw", self.dilation, strict=True)},
            "fused_activation_function": self.activation,
        }

    def windows(self):
        spatial = zip(self.shape[1:4], self.size, self.stride, self.dilation, strict=True)
        return [place_window(n, k, s, self.padding, d) for n, k, s, d in spatial]


CASES = [
    Case((1, 1, 1, 1, 1), (1, 1, 1), 1),
    Case((2, 3, 4, 5, 3), (2, 3, 2), 4),
    Case((1, 5, 6, 7, 2), (3, 2, 3), 3, (2, 1, 2), padding=VALID, has_bias=False),
    Case((1, 5, 5, 6, 9), (2, 2, 2), 1, (1, 2, 3), activation=1),
    Case((2, 5, 6, 5, 2), (2, 3, 2), 2, dilation=(2, 1, 3), activation=3),
]


def connections(case):
    """Every (x place, tap, y place) of the convolution."""
    windows = case.windows()
    for place in np.ndindex(*(w.positions for w in windows)):
        for tap in np.ndindex(*case.size):
            at = [
                p * s + t * d - w.before
                for p, s, t, d, w in zip(
                    place, case.stride, tap, case.dilation, windows, strict=True
                )
            ]
            if all(0 <= a < n for a, n in zip(at, case.shape[1:4], strict=True)):
                yield tuple(at), tap, place


def clamp(y, bias, code):
    low, high = {0: (-np.inf, np.inf), 1: (0, np.inf), 3: (0, 6)}[code]
    return np.clip(y + bias, low, high)


def both(operator, inputs, expected, case, tolerance=0.0):
    """To the bit with LiteRT's reference, and within ``tolerance`` with its default;
    ``expected`` is computed in float64."""
    model = operator_model(operator, inputs, [expected], case.options)
    fed = {f"in{i}": v for i, v in enumerate(inputs) if isinstance(v, np.ndarray)}
    for numerics in (REFERENCE, XNNPACK):
        ours = Interpreter(model, numerics).invoke(**fed)["out0"]
        np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-5)
        bound = tolerance if numerics == XNNPACK else 0.0
        check(operator, inputs, ours, case.options, numerics=[numerics], tolerance=bound)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_convolution(case):
    x, w = random(1, *case.shape), random(2, *case.size, case.shape[-1], case.outputs)
    b = random(3, case.outputs) if case.has_bias else None
    positions = (window.positions for window in case.windows())
    y = np.zeros((len(x), *positions, case.outputs))
    for at, tap, place in connections(case):
        y[:, *place] += x[:, *at].astype(float) @ w[tap]
    expected = clamp(y, 0 if b is None else b, case.activation).astype(np.float32)
    inputs = [x, Fixed(w)] + ([] if b is None else [Fixed(b)])
    both("CONV_3D", inputs, expected, case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_transpose(case):
    positions = [window.positions for window in case.windows()]
    x = random(1, case.shape[0], *positions, case.outputs)
    w = random(2, *case.size, case.shape[-1], case.outputs)
    b = random(3, case.shape[-1]) if case.has_bias else None
    y = np.zeros(case.shape)
    for at, tap, place in connections(case):
        y[:, *at] += x[:, *place].astype(float) @ w[tap].T
    expected = clamp(y, 0 if b is None else b, case.activation).astype(np.float32)
    inputs = [Fixed(np.int32(case.shape)), Fixed(w), x] + ([] if b is None else [Fixed(b)])
    both("CONV_3D_TRANSPOSE", inputs, expected, case, 1e-5)


def run(operator, inputs, case=CASES[0], limits=None):
    model = operator_model(operator, inputs, [inputs[-1]], case.options)
    return Interpreter(model, limits=limits).invoke(**{f"in{i}": v for i, v in enumerate(inputs)})


@pytest.mark.parametrize("shapes", [((1, 2, 2, 2, 3), (1, 1, 1, 2, 1)), ((2, 2, 2), (1, 1, 1, 2))])
def test_a_filter_that_does_not_fit(shapes):
    with pytest.raises(ModelError, match="A filter"):
        run("CONV_3D", [random(1, *shape) for shape in shapes])


@pytest.mark.parametrize("shape", [(1, 2, 2, 3, 1), (2, 2, 2, 2, 1), (1, 2, 2, 2, 7), (1, 2, 2, 2)])
def test_an_output_that_does_not_come_from_the_input(shape):
    with pytest.raises(InputError, match="output of shape"):
        run(
            "CONV_3D_TRANSPOSE",
            [np.int32(shape), random(1, 1, 1, 1, 1, 1), random(2, 1, 2, 2, 2, 1)],
        )


def test_an_output_beyond_the_limit():
    inputs = [np.int32([1, 999, 999, 9, 1]), random(1, 1, 1, 1, 1, 1), random(2, 1, 2, 2, 2, 1)]
    with pytest.raises(ModelError, match="the limit is 1000"):
        run("CONV_3D_TRANSPOSE", inputs, limits=Limits(tensor_bytes=1000))


def test_nan_and_infinity():
    x, w = np.full((1, 1, 1, 3, 1), 1, np.float32), np.ones((1, 1, 1, 1, 1), np.float32)
    x[0, 0, 0, :, 0] = [np.nan, np.inf, 2]
    np.testing.assert_array_equal(run("CONV_3D", [x, w])["out0"], x)
