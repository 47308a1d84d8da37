"""XNNPACK's sums, conversions and clamps, against real numbers and LiteRT."""

import numpy as np
import pytest

from kernels.activation import NONE, RELU, RELU6, RELU_N1_TO_1, TANH
from kernels.errors import ModelError
from kernels.node import NUMERICS
from kernels.per_tensor import PerTensor
from kernels.xnnpack_integers import activation_bounds, conversion_multiplier, convert, total
from tests.build_model import quantization, single_operator, tensor
from tests.hybrid import run
from tests.oracle import litert

f32 = np.float32


@pytest.mark.parametrize(("x_ratio", "y_ratio"), [(1, 1), (0.3, -0.3), (200, 0.001), (2e-3, 1e-3)])
def test_sums_round_to_the_nearest(x_ratio, y_ratio):
    x, y = (np.random.default_rng(i).integers(-255, 256, 500) for i in range(2))
    exact = x * float(f32(x_ratio)) + y * float(f32(y_ratio))
    assert np.abs(total(x, y, f32(x_ratio), f32(y_ratio)) - exact).max() < 0.502


def test_halves_go_up():
    one = np.array([1, -1, 3])
    assert total(one, 0 * one, f32(0.5), f32(0.5)).tolist() == [1, 0, 2]
    assert convert(one, conversion_multiplier(f32(0.5))).tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("code", "scale", "zero_point", "bounds"),
    [
        (NONE, 1.0, 3, (-128, 127)),
        (RELU, 1.0, 3, (3, 127)),
        (RELU, 1.0, -128, (-128, 127)),
        (RELU6, 4.0, 3, (3, 4)),  # 4.5 goes to 4; TFLite adds 3 to 2
        (RELU6, 4.0, 4, (4, 6)),
        (RELU6, 0.01, 0, (0, 127)),
        (RELU_N1_TO_1, 0.4, 4, (2, 6)),
    ],
)
def test_bounds_round_with_the_zero_point_in_halves_to_even(code, scale, zero_point, bounds):
    out = PerTensor(f32(scale), zero_point, np.dtype(np.int8))
    assert activation_bounds(out, code) == bounds


def test_tanh_has_no_bounds():
    with pytest.raises(ModelError, match="not a clamp"):
        activation_bounds(PerTensor(f32(1), 0, np.dtype(np.int8)), TANH)


POOLING = {"stride_h": 1, "stride_w": 1, "filter_height": 2, "filter_width": 2, "padding": 1}


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("scale", [4.0, 12.0, 2.4, 0.4])
@pytest.mark.parametrize("zero_point", [3, 4, -128])
@pytest.mark.parametrize("code", [RELU, RELU_N1_TO_1, RELU6])
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL", "MAX_POOL_2D", "AVERAGE_POOL_2D"])
def test_operators_that_clamp_equal_litert(operator, code, zero_point, scale, numerics):
    pools = operator.endswith("POOL_2D")
    out, half = quantization(scale, zero_point), quantization(0.5)
    x = tensor("x", (1, 16, 16, 1), "INT8", quantization=out if pools else half)
    y = tensor("y", (1, 16, 16, 1), "INT8", quantization=half)
    model = single_operator(
        operator,
        [x] if pools else [x, y],
        [tensor("z", (1, 15, 15, 1) if pools else (1, 16, 16, 1), "INT8", quantization=out)],
        {"fused_activation_function": code, **(POOLING if pools else {})},
        version=2,
    )
    ramp = np.arange(-128, 128).astype(np.int8).reshape(1, 16, 16, 1)
    feeds = [ramp] if pools else [ramp, np.full_like(ramp, 5)]
    np.testing.assert_array_equal(
        run(model, [feeds], numerics)[0], litert(model, feeds, numerics)[0]
    )
