"""What each weight alone does to the outputs."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from quant.quantizer import quantize
from quant.recipe import Recipe, Rule
from quant.sensitivity import ladder, measure_sensitivity
from tests.test_accuracy_budget import MODEL

INPUT = np.random.default_rng(3).normal(size=(1, 64)).astype(np.float32)


def outputs(model):
    interpreter = Interpreter(model)
    (name,) = interpreter.signature().inputs
    return next(iter(interpreter.invoke(None, **{name: INPUT}).values()))


def measured(recipe=None):
    recipe = recipe or Recipe()
    return measure_sensitivity(MODEL, recipe, lambda r: quantize(MODEL, r).model, outputs)


def test_each_weight_under_each_scheme():
    found = measured()
    assert [each.unit.name for each in found] == ["w0", "w1", "w2"]
    for each in found:
        assert [option.scheme for option in each.options] == [
            "float",
            "float16",
            "dynamic_range",
            "int4",
        ]
        noises = [option.noise for option in each.options]
        assert noises == sorted(noises)
        saved = [option.saved for option in each.options]
        assert saved[2] > each.unit.elements * 2


def test_noise_is_that_of_the_weight_alone():
    first = measured()[0]
    alone = quantize(MODEL, Recipe(scheme="float", min_elements=0, rules=first.unit.rules("int4")))
    reference, value = outputs(MODEL), outputs(alone.model)
    share = np.sum((reference - value) ** 2.0) / np.sum(reference**2.0)
    assert first.options[-1].noise == pytest.approx(share, rel=1e-5)


def test_weights_that_rules_name_are_left_out():
    recipe = Recipe(rules=(Rule("dynamic_range", tensor="w1"), Rule("float", tensor="w2")))
    assert [each.unit.name for each in measured(recipe)] == ["w0"]


@pytest.mark.parametrize(
    ("recipe", "schemes"),
    [
        ({}, ["float16", "dynamic_range", "int4"]),
        ({"scheme": "weight_only_int8"}, ["float16", "weight_only_int8", "int4"]),
        ({"scheme": "int4"}, ["float16", "dynamic_range", "int4"]),
        ({"target_runtime": "tflite_micro"}, ["dynamic_range"]),
    ],
)
def test_the_ladder_has_what_the_target_runs(recipe, schemes):
    assert list(ladder(Recipe(**recipe))) == schemes
