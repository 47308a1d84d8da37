from dataclasses import dataclass, replace

import numpy as np
import pytest

from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE, XNNPACK
from kernels.ops.convolution import BLOCK_BYTES
from kernels.window import SAME, VALID
from tests import naive
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import (
    FLOAT,
    KINDS,
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
    filter: tuple[int, int, int, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: int = SAME
    activation: int = 0
    kind: str = PER_CHANNEL
    seed: int = 0

    @property
    def groups(self) -> int:
        return self.x[3] // self.filter[3]

    @property
    def options(self) -> dict:
        return {
            "padding": self.padding,
            "stride_h": self.stride[0],
            "stride_w": self.stride[1],
            "dilation_h_factor": self.dilation[0],
            "dilation_w_factor": self.dilation[1],
            "fused_activation_function": self.activation,
        }

    @property
    def output(self) -> tuple[int, ...]:
        same = self.padding == SAME
        axes = zip(self.x[1:3], self.filter[1:3], self.stride, self.dilation, strict=True)
        return (self.x[0], *(naive.positions(*axis, same) for axis in axes), self.filter[0])


def model(case: Case):
    """The model, its input, the real values of filter and bias."""
    rng = np.random.default_rng(case.seed)
    filters, real = weight(rng, "w", case.filter, case.kind)
    offset = bias(rng, "b", case.filter[0])
    made = single_operator(
        "CONV_2D",
        [tensor("x", case.x), filters, offset],
        [tensor("y", case.output)],
        case.options,
        version=6 if case.groups > 1 else 5,
    )
    return made, activations(rng, *case.x), real, np.frombuffer(offset.data, np.float32)


CHOSEN = [
    Case((1, 1, 1, 1), (1, 1, 1, 1)),
    Case((1, 1, 1, 1), (1, 3, 3, 1)),
    Case((2, 4, 5, 1), (1, 1, 1, 1)),  # XNNPACK leaves this 1x1 a convolution
    Case((2, 4, 5, 1), (2, 1, 1, 1)),
    Case((2, 4, 5, 6), (4, 1, 1, 6)),
    Case((2, 4, 5, 6), (4, 1, 1, 6), padding=VALID, activation=3),
    Case((2, 5, 5, 6), (4, 1, 1, 6), stride=(2, 2)),
    Case((3, 7, 6, 5), (17, 3, 3, 5), activation=1),
    Case((2, 9, 8, 3), (8, 3, 2, 3), stride=(2, 1), padding=VALID, activation=2),
    Case((1, 11, 9, 4), (3, 3, 3, 4), dilation=(2, 3)),
    Case((2, 6, 6, 6), (4, 3, 3, 3)),  # 2 groups
    Case((2, 6, 6, 4), (8, 1, 1, 1)),  # 4 groups of one channel
    Case((2, 7, 6, 1), (1, 3, 3, 1)),  # to XNNPACK a depthwise convolution
    Case((1, 7, 6, 5), (5, 3, 2, 1), stride=(2, 1), dilation=(1, 2)),  # as well
    Case((1, 8, 9, 3), (3, 6, 5, 1)),  # would be, with fewer taps
    Case((1, 4, 4, 130), (5, 3, 3, 130)),  # longer than one exact piece
]


def random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    groups, group_in, group_out = rng.choice([1, 1, 2, 3]), rng.integers(1, 9), rng.integers(1, 7)
    n, height, width = rng.integers(1, 4), *rng.integers(9, 14, 2)
    size, stride = rng.choice([1, 1, 2, 3, 4], 2), rng.choice([1, 1, 2, 3], 2)
    case = (
        (n, height, width, groups * group_in),
        (groups * group_out, *size, group_in),
        stride,
        rng.choice([1, 1, 2], 2),
    )
    return Case(
        *(tuple(map(int, values)) for values in case),
        padding=int(rng.integers(2)),
        activation=int(rng.integers(4)),
        seed=seed,
    )


def with_kinds(cases):
    """Every case with every kind of weight; LiteRT has no grouped one with a single scale."""
    return [
        replace(case, kind=kind)
        for case in cases
        for kind in KINDS
        if case.groups == 1 or kind != PER_TENSOR
    ]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", with_kinds([*CHOSEN, *map(random_case, range(30))]), ids=str)
def test_equals_litert(case, numerics):
    convolution, x, _, _ = model(case)
    assert_equals_litert(convolution, [[x]], numerics)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", with_kinds(CHOSEN), ids=str)
def test_is_the_convolution_of_what_the_kernel_sees(case, numerics):
    convolution, x, real, offset = model(case)
    plain = case.filter[1:3] == case.stride == (1, 1) and case.groups == 1
    per_pixel = numerics == XNNPACK and plain and case.filter[0] + case.filter[3] > 2
    if case.kind != FLOAT:
        quantizer = naive.asymmetric if case.kind == PER_CHANNEL else naive.symmetric
        if case.kind == PER_CHANNEL and case.filter[0] == 1:
            quantizer = naive.symmetric
        if numerics == XNNPACK:
            quantizer = naive.xnnpack
        rows = x if per_pixel else x.reshape(len(x), -1)
        x = naive.dequantized(rows, quantizer).reshape(x.shape)
    expected = naive.convolution(
        x, real, case.stride, case.dilation, case.padding == SAME, case.groups
    )
    low, high = [(-np.inf, np.inf), (0, np.inf), (-1, 1), (0, 6)][case.activation]
    expected = np.clip(expected + offset, low, high)
    fed = model(case)[1]
    (output,) = run(convolution, [[fed]], numerics)
    scale = np.abs(expected).max() + np.abs(x).max()
    np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-5 * scale)


def hybrid(codes: np.ndarray, x_shape: tuple[int, ...], *operands):
    scale = quantization(np.full(len(codes), 0.01))
    shape = (x_shape[0], *x_shape[1:3], len(codes))
    return single_operator(
        "CONV_2D",
        [tensor("x", x_shape), constant("w", codes, quantization=scale), *operands],
        [tensor("y", shape)],
        {"stride_h": 1, "stride_w": 1},
    )


@pytest.mark.parametrize("numerics", NUMERICS)
def test_the_weight_minus_128_has_its_sign(numerics):
    codes = np.full((2, 1, 1, 32), -128, np.int8)
    (output,) = run(
        hybrid(codes, (1, 1, 1, 32)), [[np.full((1, 1, 1, 32), -1, np.float32)]], numerics
    )
    np.testing.assert_allclose(output, 32 * 1.28, rtol=1e-5)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_image_that_is_not_finite_makes_nan_of_itself_only(numerics, bad):
    x = np.ones((3, 4, 4, 2), np.float32)
    x[1, 2, 2, 0] = bad
    codes = np.ones((3, 3, 3, 2), np.int8)
    (output,) = run(hybrid(codes, x.shape), [[x]], numerics)
    assert np.isnan(output[1]).all()
    assert np.isfinite(output[[0, 2]]).all()


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batch", [0, 1, 5])
def test_any_batch(batch, kind, numerics):
    case = Case((2, 5, 6, 3), (4, 3, 3, 3), kind=kind)
    convolution, _, _, _ = model(case)
    x = activations(np.random.default_rng(1), batch, *case.x[1:])
    (together,) = run(convolution, [[x]], numerics)
    assert together.shape == (batch, 5, 6, 4)
    for i in range(batch):
        (alone,) = run(convolution, [[x[i : i + 1]]], numerics)
        np.testing.assert_array_equal(together[i], alone[0])


@pytest.mark.parametrize("numerics", NUMERICS)
def test_blocks_do_not_show(numerics, monkeypatch):
    case = Case((3, 9, 8, 4), (5, 3, 3, 4), stride=(2, 1), kind=FLOAT)
    convolution, x, _, _ = model(case)
    (whole,) = run(convolution, [[x]], numerics)
    for block in (1, 2000, 5000, 20000):
        assert block < BLOCK_BYTES
        monkeypatch.setattr("kernels.ops.convolution.BLOCK_BYTES", block)
        np.testing.assert_array_equal(run(convolution, [[x]], numerics)[0], whole)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL])
def test_without_bias(kind, numerics):
    rng = np.random.default_rng(0)
    filters, _ = weight(rng, "w", (4, 3, 3, 2), kind)
    x, options = activations(rng, 1, 5, 5, 2), {"stride_h": 1, "stride_w": 1}
    inputs, outputs = [tensor("x", x.shape), filters], [tensor("y", (1, 5, 5, 4))]
    zero = constant("b", np.zeros(4, np.float32))
    expected = run(single_operator("CONV_2D", [*inputs, zero], outputs, options), [[x]], numerics)
    for none in ([], [None]):
        got = run(single_operator("CONV_2D", [*inputs, *none], outputs, options), [[x]], numerics)
        np.testing.assert_array_equal(got[0], expected[0])


@pytest.mark.parametrize("numerics", NUMERICS)
def test_a_filter_made_at_run_time(numerics):
    rng = np.random.default_rng(0)
    _, real = weight(rng, "w", (4, 3, 3, 2), FLOAT)
    x, options = activations(rng, 1, 5, 5, 2), {"stride_h": 1, "stride_w": 1}
    inputs = [tensor("x", x.shape), tensor("w", real.shape), bias(rng, "b", 4)]
    given = single_operator("CONV_2D", inputs, [tensor("y", (1, 5, 5, 4))], options)
    # LiteRT's default takes its optimized kernel, which adds in an order of its own.
    assert_equals_litert(given, [[x, real]], numerics, 0 if numerics == REFERENCE else 1e-6)


def test_types_that_no_kernel_mixes_are_refused_at_load():
    affine = quantization(0.1)
    integers = single_operator(
        "CONV_2D",
        [
            tensor("x", (1, 4, 4, 1), "UINT8", quantization=affine),
            constant("w", np.ones((1, 1, 1, 1), np.int8), quantization=affine),
        ],
        [tensor("y", (1, 4, 4, 1), "UINT8", quantization=affine)],
        {"stride_h": 1, "stride_w": 1},
    )
    with pytest.raises(UnsupportedOperatorError, match=r"CONV_2D.*UINT8 activations, INT8 weights"):
        Interpreter(integers, REFERENCE)


@pytest.mark.parametrize("filter_shape", [(4, 1, 1, 2), (4, 1, 1, 5), (3, 1, 1, 2), (1, 1, 1, 0)])
def test_channels_that_do_not_fit_are_refused(filter_shape):
    channels = 4 if filter_shape[0] == 3 else 3
    filters = constant("w", np.ones(filter_shape, np.float32))
    bad = single_operator(
        "CONV_2D",
        [tensor("x", (1, 2, 2, channels)), filters],
        [tensor("y", (1, 2, 2, 4))],
        {"stride_h": 1, "stride_w": 1},
    )
    with pytest.raises(ModelError, match="does not fit an input"):
        Interpreter(bad)


def test_an_activation_that_is_no_clamp_is_refused():
    model_with_tanh = single_operator(
        "CONV_2D",
        [tensor("x", (1, 2, 2, 1)), constant("w", np.ones((1, 1, 1, 1), np.float32))],
        [tensor("y", (1, 2, 2, 1))],
        {"stride_h": 1, "stride_w": 1, "fused_activation_function": "TANH"},
    )
    with pytest.raises(ModelError, match="is not a clamp"):
        Interpreter(model_with_tanh)
