"""Weights and biases of integer operators."""

import numpy as np
import pytest

from kernels.integer import INTEGER
from quant.integer.weights import fitted, store_bias, weight_axis
from tests.int8_weight import quantize_weight


@pytest.mark.parametrize(
    ("operator", "shape", "target", "axis"),
    [
        ("CONV_2D", (8, 3, 3, 4), "litert", 0),
        ("CONV_2D", (8, 3, 3, 4), "tflite_micro", 0),
        ("DEPTHWISE_CONV_2D", (1, 3, 3, 4), "litert", 3),
        ("FULLY_CONNECTED", (8, 4), "litert", 0),
        ("FULLY_CONNECTED", (8, 4), "tflite_micro", None),
        ("FULLY_CONNECTED", (1, 4), "litert", None),
    ],
)
def test_channels_have_scales_where_kernels_read_them(operator, shape, target, axis):
    assert weight_axis(INTEGER[operator], shape, target) == axis


@pytest.mark.parametrize(("kind", "dtype"), [("INT32", np.int32), ("INT64", np.int64)])
def test_a_bias_is_in_steps_of_both_scales(kind, dtype):
    weight_scale = np.float32([0.5, 0.25])
    bias = store_bias(np.float32([1.0, -1.1]), weight_scale, 0.1, kind)
    assert bias.values.dtype == dtype
    assert bias.values.tolist() == [20, -44]
    np.testing.assert_array_equal(bias.scale, np.float32(0.1) * weight_scale)


@pytest.mark.parametrize("kind", ["INT32", "INT64"])
def test_a_large_bias_makes_the_scale_of_a_tiny_weight_larger(kind):
    weight = np.float32([[1, -1], [1e-30, 1e-30]])
    bias = np.float32([1, 1])
    stored = fitted(quantize_weight(weight, 0, "w"), weight, bias, 0.01, kind)
    assert stored.values[0].tolist() == [127, -127]
    assert stored.values[1].tolist() == [0, 0]
    steps = store_bias(bias, stored.scale, 0.01, kind).values
    assert (steps * (0.01 * stored.scale.astype(np.float64))).tolist() == pytest.approx([1, 1])


def test_a_bias_that_fits_changes_nothing():
    weight = np.float32([[1, -1], [2, 3]])
    stored = quantize_weight(weight, 0, "w")
    assert fitted(stored, weight, np.float32([5, -5]), 0.01, "INT32") is stored
