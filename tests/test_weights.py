"""Weights to int8: the definition in NumPy, the range, channels without values, NaN and Inf."""

import numpy as np
import pytest

from kernels.errors import WeightError
from quant import weights
from quant.sqnr import sqnr_db
from quant.weights import (
    INT8_MAX,
    SMALLEST_BLOCK_SCALE,
    SMALLEST_SCALE,
    ZERO_CHANNEL_SCALE,
    Encoding,
    store_weight,
)
from tests.int8_weight import quantize_weight


def definition(weight, axis):
    """Integers and scales as the converter makes them, with nothing but NumPy."""
    others = None if axis is None else tuple(i for i in range(weight.ndim) if i != axis)
    step = np.abs(weight).max(axis=others, keepdims=True).astype(np.float64) / 127
    magnitude = np.floor(np.abs(weight) / step + 0.5)
    return (np.sign(weight) * magnitude).astype(np.int8), step.astype(np.float32).reshape(-1)


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("axis", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("shape", [(3, 5, 2, 4), (1, 1, 1, 1), (1, 3, 3, 64)])
def test_definition(shape, axis):
    weight = random(*shape)
    values, scale = definition(weight, axis)
    quantized = quantize_weight(weight, axis, "w")
    np.testing.assert_array_equal(quantized.values, values)
    np.testing.assert_array_equal(quantized.scale, scale)
    assert quantized.values.shape == shape
    assert quantized.scale.dtype == np.float32


@pytest.mark.parametrize("block", [1, 7, 64])
def test_blocks_do_not_show(monkeypatch, block):
    weight, encoding = random(6, 5, 9), Encoding("FLOAT16")
    whole = store_weight(weight, encoding, "w")
    monkeypatch.setattr(weights, "_BLOCK", block)
    parts = store_weight(weight, encoding, "w")
    np.testing.assert_array_equal(parts.values, whole.values)
    assert parts.sqnr_db == pytest.approx(whole.sqnr_db)


@pytest.mark.parametrize("axis", [None, 0, 1, 2])
def test_many_weights_are_rounded_as_few_are(axis):
    weight = random(40, 50, 1100)
    values, scale = definition(weight, axis)
    quantized = quantize_weight(weight, axis, "w")
    np.testing.assert_array_equal(quantized.values, values)
    np.testing.assert_array_equal(quantized.scale, scale)


def test_halves_round_away_from_zero():
    weight = np.array([127, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5], np.float32)
    assert quantize_weight(weight, None, "w").values.tolist() == [127, 1, 2, 3, -1, -2, -3]


def test_range_is_narrow_and_used():
    weight = np.concatenate([-np.abs(random(1000)), [np.float32(2)]])
    values = quantize_weight(weight, None, "w").values
    assert values.min() == -INT8_MAX
    assert -weight.min() > weight.max()


def test_sqnr_is_of_what_a_runtime_restores():
    weight = random(8, 100)
    quantized = quantize_weight(weight, 0, "w")
    restored = quantized.values * quantized.scale[:, None]
    assert quantized.sqnr_db == pytest.approx(sqnr_db(weight, restored))
    assert quantized.sqnr_db > 38


@pytest.mark.parametrize("largest", [0.0, 1e-45, 1e-38])
def test_scale_of_a_channel_without_values_is_normal(largest):
    weight = random(2, 50)
    weight[1] = 0
    weight[1, 7] = largest
    quantized = quantize_weight(weight, 0, "w")
    assert quantized.scale[1] == np.float32(ZERO_CHANNEL_SCALE)
    assert quantized.scale[1] >= SMALLEST_SCALE
    assert not quantized.values[1].any()


def test_small_weights_keep_their_bits():
    """The converter takes 1e-6 for nothing: mel filters in the scale of 16-bit audio are that."""
    weight = random(4, 100)
    tiny = quantize_weight(weight * np.float32(1e-8), 0, "w")
    np.testing.assert_allclose(tiny.sqnr_db, quantize_weight(weight, 0, "w").sqnr_db, atol=0.01)


def test_all_zero_weight_is_exact():
    quantized = quantize_weight(np.zeros((3, 4), np.float32), None, "w")
    assert quantized.sqnr_db == np.inf
    assert not quantized.values.any()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ([np.nan], "1 NaN and 0 Inf among 12 elements, the first at index (1, 2)"),
        ([np.inf], "0 NaN and 1 Inf among 12 elements, the first at index (1, 2)"),
        (
            [np.finfo(np.float32).max],
            "0 NaN and 1 Inf among 12 elements, the first at index (1, 2)",
        ),
        ([-np.inf, np.nan], "1 NaN and 1 Inf among 12 elements, the first at index (1, 2)"),
    ],
)
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_nan_and_inf_are_named(bad, says, axis):
    weight = random(3, 4)
    weight.reshape(-1)[6 : 6 + len(bad)] = bad
    with pytest.raises(WeightError) as raised:
        quantize_weight(weight, axis, "dense/kernel")
    assert says in raised.value.problem
    assert "'dense/kernel'" in raised.value.problem
    assert 'keep_float = ["^dense/kernel$"]' in raised.value.cure


def test_the_weight_is_not_changed():
    weight = random(5, 6)
    weight.flags.writeable = False
    quantize_weight(weight, 1, "w")


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_int4_is_narrow_and_packed(axis):
    weight = random(6, 5)
    stored = store_weight(weight, Encoding("INT4", axis), "w")
    others = {None: None, 0: (1,), 1: (0,)}[axis]
    step = np.abs(weight).max(axis=others, keepdims=True).astype(np.float64) / 7
    expected = np.sign(weight) * np.floor(np.abs(weight) / step + 0.5)
    np.testing.assert_array_equal(stored.values, expected)
    assert np.abs(stored.values).max() == 7
    assert len(stored.buffer()) == stored.stored_bytes == 15


def test_blocks_have_the_scales_that_float16_holds():
    weight = random(3, 64)
    weight[1, :32] = 0
    stored = store_weight(weight, Encoding("INT4", 0, 32), "w")
    assert stored.scale.shape == (3, 2)
    np.testing.assert_array_equal(stored.scale, stored.scale.astype(np.float16))
    assert stored.scale[1, 0] == SMALLEST_BLOCK_SCALE
    steps = stored.scale.repeat(32, axis=1).astype(np.float64)
    nearest = np.sign(weight) * np.floor(np.abs(weight) / steps + 0.5)
    np.testing.assert_array_equal(stored.values, np.clip(nearest, -7, 7))


def test_float16_rounds_to_nearest_and_keeps_within_its_range():
    weight = np.array([[1.0, 1 / 3, -1e-9], [7e4, -1e30, 65504]], np.float32)
    stored = store_weight(weight, Encoding("FLOAT16"), "w")
    expected = np.array([[1.0, 1 / 3, -1e-9], [65504, -65504, 65504]], np.float16)
    np.testing.assert_array_equal(stored.values, expected)
    assert stored.scale.size == 0
    with pytest.raises(WeightError):
        store_weight(np.array([np.nan], np.float32), Encoding("FLOAT16"), "w")
