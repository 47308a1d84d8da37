import numpy as np

from quant.quantizer import quantize
from quant.real_constant import real_constant
from quant.recipe import Recipe
from quant.value_histogram import (
    ACTIVATION,
    BARS,
    WEIGHT,
    activation_histograms,
    weight_histograms,
)
from tests.dense_model import FEATURES, dense_model
from tests.outlier_model import PEAK, outlier_models


def models():
    return dense_model(), quantize(dense_model(), Recipe(min_elements=0)).model


def test_weights_of_both_models_in_the_same_bins():
    before, after = models()
    (found,) = weight_histograms(before, after, [(0, 1)])
    values = real_constant(before, before.subgraphs[0].tensors[1])
    assert (found.name, found.kind, len(found.before)) == ("first", WEIGHT, BARS)
    assert sum(found.before) == sum(found.after) == values.size
    assert found.low <= values.min() < values.max() <= found.high
    expected, _ = np.histogram(values, BARS, (found.low, found.high))
    assert np.abs(expected - found.before).sum() <= 0.02 * values.size


def test_an_outlier_stands_alone():
    before, after, _ = outlier_models()
    (found,) = weight_histograms(before, after, [(0, 1)])
    assert found.high == PEAK
    assert (found.before[0], found.before[-1]) == (sum(found.before) - 1, 1)


def test_activations_over_all_samples():
    before, after = models()
    rows = np.random.default_rng(0).standard_normal((3, 1, FEATURES)).astype(np.float32)
    outputs = before.subgraphs[0].operators[0].outputs
    place = (0, outputs[0])
    (found,) = activation_histograms(before, after, [{"x": row} for row in rows], [place])
    assert (found.name, found.kind) == ("h", ACTIVATION)
    assert sum(found.before) == sum(found.after) == 3 * 64


def test_one_value_has_a_bar():
    before = dense_model()
    rows = [{"x": np.zeros((1, FEATURES), np.float32)}]
    (found,) = activation_histograms(before, before, rows, [(0, 2)])
    assert (found.low, found.high, sum(found.before)) == (0.0, 0.0, 64)
