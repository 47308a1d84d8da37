"""The search for the smallest model within a budget, with metrics that the test makes up."""

import json

import numpy as np
import pytest

from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.tflite.writer import model_bytes
from quant.accuracy_budget import Point, find_smallest, front
from quant.evaluation_data import EvaluationData
from quant.plan import plan_model
from quant.quantizer import quantize
from quant.recipe import Recipe, Rule
from quant.sensitivity import Option, Sensitivity
from quant.unit import Unit
from tests.build_model import Operation, graph, tensor
from tests.float_models import normal


def layers(*sizes: int) -> Model:
    """FULLY_CONNECTED layers, one after the other; weights are called w0, w1..."""
    values = [tensor(f"x{i}", (1, size)) for i, size in enumerate(sizes)]
    operations = [
        Operation(
            "FULLY_CONNECTED",
            [values[i], normal(f"w{i}", sizes[i + 1], sizes[i], scale=0.2), None],
            [values[i + 1]],
            {},
        )
        for i in range(len(sizes) - 1)
    ]
    return graph(operations, values[:1], values[-1:])


MODEL = layers(64, 48, 40, 10)


def data(samples: int = 60) -> EvaluationData:
    """Samples labelled by the float model itself: its accuracy is 1."""
    inputs = np.random.default_rng(1).normal(size=(samples, 64)).astype(np.float32)
    interpreter = Interpreter(MODEL)
    (name,) = interpreter.signature().inputs
    rows = [next(iter(interpreter.invoke(None, **{name: x[None]}).values())) for x in inputs]
    return EvaluationData({name: inputs}, np.argmax(np.concatenate(rows), axis=1))


def precisions(result):
    return {e.name: e.scheme for e in result.plan.constants}


@pytest.mark.parametrize(
    ("budget", "schemes"), [(1.0, {"int4"}), (0.0, {"float", "float16", "dynamic_range", "int4"})]
)
def test_the_budget_is_kept_and_used(budget, schemes):
    result = quantize(MODEL, Recipe(accuracy_budget=budget), data())
    assert set(precisions(result).values()) <= schemes
    assert result.search.chosen.drop <= budget + 1e-9
    assert all("accuracy budget" in e.reason for e in result.plan.constants)


def test_a_larger_budget_gives_no_larger_model():
    sizes = [
        quantize(MODEL, Recipe(accuracy_budget=budget), data()).search.chosen.bytes
        for budget in (0.0, 0.02, 0.1, 1.0)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]


def test_the_found_recipe_gives_the_chosen_model_again():
    result = quantize(MODEL, Recipe(accuracy_budget=0.05), data())
    again = quantize(MODEL, Recipe.parse(result.search.recipe.to_json()), data())
    assert model_bytes(again.model) == model_bytes(result.model)
    shown = json.loads(result.search.to_json())
    assert shown["chosen"] in shown["front"]
    assert all(point["estimated_ms"] > 0 for point in shown["front"])


def test_rules_of_the_recipe_hold():
    recipe = Recipe(accuracy_budget=1.0, rules=(Rule("float", tensor="w1"),))
    assert precisions(quantize(MODEL, recipe, data())) == {
        "w0": "int4",
        "w1": "float",
        "w2": "int4",
    }


def test_agreement_needs_no_labels():
    unlabelled = EvaluationData(data().inputs)
    result = quantize(MODEL, Recipe(accuracy_budget=0.0, metric="agreement"), unlabelled)
    assert result.search.chosen.drop <= 0
    with pytest.raises(DataError, match="compares with labels"):
        quantize(MODEL, Recipe(accuracy_budget=0.0), unlabelled)
    with pytest.raises(DataError, match="there is no evaluation data"):
        quantize(MODEL, Recipe(accuracy_budget=0.0))


def test_single_steps_beyond_a_bad_one_are_still_taken():
    """Bisection stops at a weight that ruins the metric; those after it fit."""
    options = (Option("float", 0, 0.0), Option("dynamic_range", 100, 0.1))
    sensitivities = [Sensitivity(Unit((i,), ((0, f"w{i}"),), 1920), options) for i in range(3)]

    def drop(model):
        bad = next(t for t in model.subgraphs[0].tensors if t.name == "w0")
        return float(bad.type != "FLOAT32")

    found = find_smallest(
        Recipe(accuracy_budget=0.5),
        sensitivities,
        lambda r: quantize(MODEL, r).model,
        drop,
        lambda r: 1.0,
    )
    plan = plan_model(MODEL, found.recipe)
    assert [e.scheme for e in plan.constants] == ["float", "dynamic_range", "dynamic_range"]


def test_without_a_budget_there_is_no_search():
    with pytest.raises(RecipeError, match="no accuracy_budget"):
        find_smallest(Recipe(), [], lambda r: MODEL, lambda model: 0.0, lambda r: 1.0)


def test_the_front_has_what_nothing_beats():
    found = [(10, 0.5, 1), (20, 0.1, 1), (20, 0.1, 2), (30, 0.2, 1), (35, 0.2, 0.5), (40, 0.0, 1)]
    points = [Point(*costs, {}) for costs in found]
    assert [point.costs for point in front(points)] == [found[5], found[4], found[1], found[0]]
    assert front([]) == ()
