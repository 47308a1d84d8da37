"""A whole network rounded with data."""

import numpy as np
import pytest

from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from kernels.tflite.writer import model_bytes
from quant import row_problem, second_moments
from quant.evaluation_data import EvaluationData
from quant.layer_rounding import METHODS
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sqnr import sqnr_db
from tests.layered_model import layered, layered_samples

SAMPLES, OTHERS = layered_samples(32), layered_samples(32, seed=9)


def recipe(**fields):
    return Recipe(**{"scheme": "int4", "min_elements": 1, **fields})


def outputs(model, samples):
    interpreter = Interpreter(model)
    return np.concatenate([interpreter.invoke(**sample)["y"] for sample in samples])


@pytest.mark.parametrize("has_bias", [True, False])
@pytest.mark.parametrize("method", METHODS)
def test_other_samples_gain(method, has_bias):
    model = layered(has_bias)
    made = quantize(model, recipe(rounding=method), SAMPLES)
    plain = quantize(model, recipe(rounding="nearest"))
    reference = outputs(model, OTHERS)
    before, after = (sqnr_db(reference, outputs(each.model, OTHERS)) for each in (plain, made))
    assert after > before + 2.0
    reasons = [entry.reason for entry in made.plan.constants if entry.name[1:] == "w"]
    assert all(f"; {method} rounding: SQNR of the output" in reason for reason in reasons)
    bias = 0 if has_bias else 3 * 200
    assert len(model_bytes(made.model)) <= len(model_bytes(plain.model)) + bias


def test_threads_change_nothing(monkeypatch):
    files = []
    for count in (1, 3):
        for module in (row_problem, second_moments):
            monkeypatch.setattr(module, "processors", lambda count=count: count)
        monkeypatch.setattr(second_moments, "_LEAST_WORK", 1)
        files.append(model_bytes(quantize(layered(), recipe(rounding="learned"), SAMPLES).model))
    assert files[0] == files[1]


def test_without_data():
    with pytest.raises(DataError, match="rounding = learned is set, but there is no data"):
        quantize(layered(), recipe(rounding="learned"))
    with pytest.raises(DataError, match="no samples"):
        quantize(layered(), recipe(rounding="gptq"), [])


def test_not_while_a_budget_is_searched():
    rows = {"x": np.concatenate([sample["x"] for sample in SAMPLES])}
    data = EvaluationData(rows, None)
    asked = recipe(rounding="learned", accuracy_budget=0.01, metric="agreement")
    with pytest.raises(RecipeError, match="Search without it"):
        quantize(layered(), asked, data)


def test_operators_that_compute_with_integers_round_their_weights_so_too():
    made = quantize(layered(), recipe(scheme="full_integer", rounding="learned"), SAMPLES)
    reasons = {entry.name: entry.reason for entry in made.plan.constants}
    assert all("learned rounding" in reasons[name] for name in ("cw", "dw", "fw"))
    assert all("learned rounding" not in reasons[name] for name in ("cb", "db", "fb"))
