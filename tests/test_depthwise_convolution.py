from dataclasses import dataclass, replace

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.integer_matmul import EXACT_DEPTH
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE, XNNPACK
from kernels.window import SAME, VALID
from tests import naive
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import (
    FLOAT,
    PER_CHANNEL,
    PER_TENSOR,
    activations,
    assert_equals_litert,
    bias,
    run,
    weight,
)


@dataclass(frozen=True)
class Case:
    x: tuple[int, int, int, int]
    size: tuple[int, int]
    multiplier: int = 1
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: int = SAME
    activation: int = 0
    kind: str = PER_CHANNEL
    seed: int = 0

    @property
    def channels(self) -> int:
        return self.x[3] * self.multiplier

    @property
    def options(self) -> dict:
        return {
            "padding": self.padding,
            "stride_h": self.stride[0],
            "stride_w": self.stride[1],
            "dilation_h_factor": self.dilation[0],
            "dilation_w_factor": self.dilation[1],
            "depth_multiplier": self.multiplier,
            "fused_activation_function": self.activation,
        }

    @property
    def output(self) -> tuple[int, ...]:
        same = self.padding == SAME
        axes = zip(self.x[1:3], self.size, self.stride, self.dilation, strict=True)
        return (self.x[0], *(naive.positions(*axis, same) for axis in axes), self.channels)


def model(case: Case, with_bias: bool = True):
    """The model, its input, the real values of filter and bias."""
    rng = np.random.default_rng(case.seed)
    filters, real = weight(rng, "w", (1, *case.size, case.channels), case.kind, axis=3)
    offset = bias(rng, "b", case.channels)
    made = single_operator(
        "DEPTHWISE_CONV_2D",
        [tensor("x", case.x), filters, *([offset] if with_bias else [])],
        [tensor("y", case.output)],
        case.options,
        version=6,
    )
    return made, activations(rng, *case.x), real, np.frombuffer(offset.data, np.float32)


CHOSEN = [
    Case((1, 1, 1, 1), (1, 1)),
    Case((1, 2, 2, 4), (3, 3)),
    Case((2, 5, 6, 3), (3, 3), activation=1),  # fewer channels than a vector
    Case((2, 5, 6, 4), (3, 3), activation=3),
    Case((2, 5, 6, 7), (3, 3), stride=(2, 2)),  # a vector and a rest
    Case((1, 9, 9, 9), (3, 3), dilation=(2, 2), activation=2),
    Case((1, 8, 7, 5), (2, 5), padding=VALID),
    Case((2, 6, 6, 3), (3, 2), multiplier=2),
    Case((1, 6, 6, 1), (3, 3), multiplier=5, padding=VALID),
    Case((1, 9, 9, 6), (5, 5)),  # the largest that XNNPACK has a kernel for
    Case((1, 9, 9, 6), (7, 4)),  # larger
]


def random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    dilation = rng.choice([1, 1, 2])
    stride = 1 if dilation > 1 else rng.choice([1, 2, 3])
    sizes = (
        (*rng.integers(1, 4, 1), *rng.integers(13, 18, 2), *rng.integers(1, 20, 1)),
        rng.choice([1, 2, 3, 5, 7], 2),
        (stride, stride),
        (dilation, dilation),
    )
    x, size, stride, dilation = (tuple(map(int, values)) for values in sizes)
    return Case(
        x,
        size,
        int(rng.choice([1, 1, 2])),
        stride,
        dilation,
        padding=int(rng.integers(2)),
        activation=int(rng.integers(4)),
        seed=seed,
    )


# LiteRT takes a single scale only for a single channel.
CASES = [
    replace(case, kind=kind)
    for case in [*CHOSEN, *map(random_case, range(30))]
    for kind in (FLOAT, PER_CHANNEL)
]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_equals_litert(case, numerics):
    convolution, x, _, _ = model(case)
    assert_equals_litert(convolution, [[x]], numerics)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR, PER_CHANNEL])
@pytest.mark.parametrize("case", CHOSEN, ids=str)
def test_is_the_convolution_of_what_the_kernel_sees(case, kind, numerics):
    convolution, fed, real, offset = model(replace(case, kind=kind))
    x = fed
    if kind != FLOAT:
        x = naive.dequantized(fed.reshape(len(fed), -1), naive.asymmetric).reshape(fed.shape)
    expected = naive.depthwise_convolution(
        x, real, case.stride, case.dilation, case.padding == SAME
    )
    low, high = [(-np.inf, np.inf), (0, np.inf), (-1, 1), (0, 6)][case.activation]
    (output,) = run(convolution, [[fed]], numerics)
    np.testing.assert_allclose(
        output, np.clip(expected + offset, low, high), rtol=1e-5, atol=1e-5 * np.abs(x).max()
    )


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR, PER_CHANNEL])
def test_a_missing_bias_is_zero(kind, numerics):
    case = Case((2, 5, 6, 7), (3, 3), kind=kind)
    with_bias, x, _, offset = model(case)
    without, _, _, _ = model(case, with_bias=False)
    (plain,), (shifted,) = run(without, [[x]], numerics), run(with_bias, [[x]], numerics)
    np.testing.assert_allclose(plain + offset, shifted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL])
@pytest.mark.parametrize("batch", [0, 1, 5])
def test_any_batch(batch, kind, numerics):
    convolution, _, _, _ = model(Case((2, 5, 6, 7), (3, 3), kind=kind))
    x = activations(np.random.default_rng(1), batch, 5, 6, 7)
    (together,) = run(convolution, [[x]], numerics)
    assert together.shape == (batch, 5, 6, 7)
    for i in range(batch):
        (alone,) = run(convolution, [[x[i : i + 1]]], numerics)
        np.testing.assert_array_equal(together[i], alone[0])


@pytest.mark.parametrize("numerics", NUMERICS)
def test_more_taps_than_float32_adds_exactly(numerics):
    length = 3 * EXACT_DEPTH
    codes = np.full((1, 1, length, 1), 127, np.int8)
    convolution = single_operator(
        "DEPTHWISE_CONV_2D",
        [tensor("x", (1, 1, length, 1)), constant("w", codes, quantization=quantization([1.0]))],
        [tensor("y", (1, 1, 1, 1))],
        {"padding": VALID, "stride_h": 1, "stride_w": 1, "depth_multiplier": 1},
    )
    x = np.full((1, 1, length, 1), 255, np.float32)  # scale 1, q - zero_point = 255
    x[0, 0, :7] = 1
    exact = 127 * (255 * (length - 7) + 7)
    assert exact > 2**24
    (output,) = run(convolution, [[x]], numerics)
    assert output.ravel() == np.float32(exact)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_the_weight_minus_128_has_its_sign(numerics):
    codes = np.full((1, 3, 3, 8), -128, np.int8)
    affine = quantization(np.full(8, 0.01), axis=3)
    convolution = single_operator(
        "DEPTHWISE_CONV_2D",
        [tensor("x", (1, 3, 3, 8)), constant("w", codes, quantization=affine)],
        [tensor("y", (1, 1, 1, 8))],
        {"padding": VALID, "stride_h": 1, "stride_w": 1, "depth_multiplier": 1},
    )
    (output,) = run(convolution, [[np.full((1, 3, 3, 8), -1, np.float32)]], numerics)
    np.testing.assert_allclose(output, 9 * 1.28, rtol=1e-5)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_an_image_that_is_not_finite_makes_nan_of_itself_only(numerics):
    convolution, x, _, _ = model(Case((3, 5, 6, 7), (3, 3)))
    x = np.ones_like(x)
    x[1, 2, 2, 0] = np.inf
    (output,) = run(convolution, [[x]], numerics)
    assert np.isnan(output[1]).all()
    assert np.isfinite(output[[0, 2]]).all()


@pytest.mark.parametrize("numerics", [XNNPACK, REFERENCE])
def test_channels_that_do_not_fit_are_refused(numerics):
    bad = single_operator(
        "DEPTHWISE_CONV_2D",
        [tensor("x", (1, 4, 4, 3)), constant("w", np.ones((1, 1, 1, 4), np.float32))],
        [tensor("y", (1, 4, 4, 4))],
        {"stride_h": 1, "stride_w": 1},
    )
    with pytest.raises(ModelError, match="A depthwise filter of 4 channels does not fit"):
        Interpreter(bad, numerics).invoke(x=np.ones((1, 4, 4, 3), np.float32))
