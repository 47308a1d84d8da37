import numpy as np
import pytest

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from quant.layer_error import LayerError, aligned, layer_errors
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sqnr import sqnr_db
from quant.weight_error import MOST_DB
from tests.dense_model import FEATURES, dense_model
from tests.float_models import feeds, lstm
from tests.outlier_model import outlier_models

SAMPLES = [
    {"x": row[np.newaxis]}
    for row in np.random.default_rng(3).standard_normal((5, FEATURES)).astype(np.float32)
]


def quantized(model, **recipe):
    return quantize(model, Recipe(min_elements=0, **recipe)).model


def test_each_layer_is_what_both_interpreters_say():
    before = dense_model()
    after = quantized(before)
    found = layer_errors(before, after, SAMPLES)
    assert [(each.name, each.kind) for each in found] == [
        ("h", "FULLY_CONNECTED"),
        ("y", "FULLY_CONNECTED"),
    ]
    tensors = {tensor.name: t for t, tensor in enumerate(before.subgraphs[0].tensors)}
    for each in found:
        values = [
            np.stack([Interpreter(model).invoke_all(**s)[0, tensors[each.name]] for s in SAMPLES])
            for model in (before, after)
        ]
        assert each.sqnr_db == pytest.approx(sqnr_db(*values), abs=1e-6)
        error = values[0].astype(np.float64) - values[1]
        assert each.rmse == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-5)
        assert each.largest == pytest.approx(np.abs(error).max(), rel=1e-5)
        assert each.steps is None
    assert [each.weights for each in found] == [("first",), ()]  # "second" is float16
    assert found[1].lost_db == pytest.approx(found[0].sqnr_db - found[1].sqnr_db)


def test_threads_change_nothing():
    before, after, _ = outlier_models()
    assert layer_errors(before, after, SAMPLES, 2) == layer_errors(before, after, SAMPLES)


def test_an_outlier_arises_where_its_weight_is_read():
    before, after, _ = outlier_models()
    bad = layer_errors(before, after, SAMPLES)
    assert bad[1].lost_db is not None
    fine = layer_errors(dense_model(), quantized(dense_model()), SAMPLES)
    assert {each.reading for each in fine} <= {"close", "the error arises here"}


def test_equal_models_are_equal():
    model = dense_model()
    for each in layer_errors(model, model, SAMPLES):
        assert (each.sqnr_db, each.reading, each.rmse) == (MOST_DB, "equal", 0.0)


def test_recurrent_layers():
    model = lstm()
    sample = {"x": feeds(model)[0]}
    (layer,) = layer_errors(model, quantized(model), [sample])
    assert isinstance(layer, LayerError)
    assert 20 < layer.sqnr_db < MOST_DB
    assert layer.kind == "UNIDIRECTIONAL_SEQUENCE_LSTM"


def test_no_samples():
    with pytest.raises(DataError, match="no samples"):
        layer_errors(dense_model(), dense_model(), [])


def test_channels_that_were_evened_out_are_compared_times_their_factors():
    reference = np.random.default_rng(2).standard_normal((50, 4))
    factors = np.exp2([0, 3, -2, 5])
    noisy = (reference + 0.01 * np.random.default_rng(3).standard_normal((50, 4))) / factors
    assert 35 < sqnr_db(reference, aligned(reference, noisy)) < 45
    np.testing.assert_array_equal(aligned(reference, reference / factors), reference)
    np.testing.assert_array_equal(aligned(reference, 0 * reference), 0 * reference)
