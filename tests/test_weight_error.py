import numpy as np
import pytest

from quant.sqnr import sqnr_db
from quant.weight_error import PLAIN_ROUNDING, reading, weight_error
from tests.int8_weight import quantize_weight


def errors(weight, axis=0):
    stored = quantize_weight(weight, axis, "w")
    shape = [1] * weight.ndim
    shape[axis] = -1
    return weight_error(weight, stored.restored(), stored.scale.reshape(shape), axis), stored


def normal(*shape):
    return np.random.default_rng(1).standard_normal(shape).astype(np.float32)


def test_plain_rounding_is_0_289_steps():
    error, stored = errors(normal(8, 4000))
    assert error.steps == pytest.approx(PLAIN_ROUNDING, rel=0.02)
    assert error.sqnr_db == stored.sqnr_db
    assert error.channel.zeroed < 0.05


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_an_outlier_is_found_though_the_sqnr_is_high(axis):
    weight = normal(6, 6, 6)
    np.moveaxis(weight, axis, 0)[4, 2, 3] = 1e4
    error, _ = errors(weight, axis)
    assert error.sqnr_db > 60
    assert (error.channel.index, error.channel.peak) == (4, 1e4)
    assert error.channel.zeroed == 1.0
    others = np.delete(np.moveaxis(weight, axis, 0)[4].ravel(), 2 * 6 + 3)
    assert error.channel.rest == pytest.approx(np.sqrt(np.mean(others**2)), rel=1e-5)
    assert error.channel.sqnr_db == pytest.approx(sqnr_db(others, 0 * others), abs=1e-6)


def test_dead_channels_are_not_judged():
    weight = normal(4, 100)
    weight[2] *= 1e-15
    weight[2, 7] = 1e-9
    error, _ = errors(weight)
    assert error.channel.index != 2
    assert error.channel.sqnr_db > 30


def test_clipping_is_more_than_rounding():
    weight = normal(4, 1000)
    step = np.full((4, 1), np.float32(0.01))
    restored = np.clip(np.rint(weight / step), -127, 127) * step
    assert reading(weight_error(weight, restored, step, 0).steps) == "clipping"


@pytest.mark.parametrize(
    ("steps", "words"),
    [(None, "float"), (0.0, "plain rounding"), (0.289, "plain rounding"), (0.5, "cancels")],
)
def test_readings(steps, words):
    assert words in reading(steps)


def test_exact_values_and_single_ones():
    weight = np.float32([[0, 0], [127, -127]])
    error = weight_error(weight, weight, np.ones((1, 1), np.float32), 0)
    assert (error.sqnr_db, error.steps, error.channel.zeroed) == (None, 0.0, 0.0)
    assert weight_error(weight[:, :1], weight[:, :1], None, 0).channel is None
