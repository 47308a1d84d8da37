import numpy as np
import pytest

from kernels.interpreter import Interpreter
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sqnr import sqnr_db
from quant.weight_effect import weight_effects
from tests.dense_model import FEATURES, dense_model
from tests.outlier_model import outlier_models

SAMPLES = [
    {"x": row[np.newaxis]}
    for row in np.random.default_rng(3).standard_normal((4, FEATURES)).astype(np.float32)
]


def outputs(model):
    return np.stack([Interpreter(model).invoke(**sample)["y"] for sample in SAMPLES])


def test_alone_and_without_are_what_the_quantizer_would_make():
    before = dense_model()
    recipe = {"min_elements": 0, "scheme": "weight_only_int8"}
    after = quantize(before, Recipe(**recipe)).model
    effects = weight_effects(before, after, SAMPLES, [(0, 1), (0, 3)])
    reference = outputs(before)
    assert effects.all_db == pytest.approx(sqnr_db(reference, outputs(after)), abs=0.01)
    for each in effects.weights:
        other = {"first": "second", "second": "first"}[each.name]
        alone = quantize(before, Recipe(**recipe, keep_float=(f"^{other}$",))).model
        without = quantize(before, Recipe(**recipe, keep_float=(f"^{each.name}$",))).model
        assert each.alone_db == pytest.approx(sqnr_db(reference, outputs(alone)), abs=0.01)
        assert each.without_db == pytest.approx(sqnr_db(reference, outputs(without)), abs=0.01)


def test_the_spoilt_weight_is_the_most_harmful():
    before, after, _ = outlier_models()
    effects = weight_effects(before, after, SAMPLES, [(0, 3), (0, 1)])
    alone = [each.alone_db for each in effects.weights]
    assert alone == sorted(alone)
    assert effects.all_db <= max(each.without_db for each in effects.weights)
