"""Biases that a DEQUANTIZE would make for hybrid kernels: LiteRT refuses such a model."""

import pytest

from kernels.tflite.writer import model_bytes
from quant.plan import plan_model
from quant.quantizer import quantize
from quant.recipe import Recipe, Rule
from tests.float_models import feeds, fully_connected
from tests.oracle import litert

HALF_BIAS = Rule("float16", tensor="^b$")


def recipe(weight, **options):
    return Recipe(rules=(HALF_BIAS, Rule(weight, tensor="^w$")), min_elements=0, **options)


def reasons(weight, **options):
    plan = plan_model(fully_connected(256, 512), recipe(weight, **options))
    return {entry.name: (entry.scheme, entry.reason) for entry in plan.constants}


@pytest.mark.parametrize("weight", ["dynamic_range", "int4"])
def test_the_bias_of_a_hybrid_operator_stays_float(weight):
    scheme, reason = reasons(weight)["b"]
    assert scheme == "float"
    assert reason == ("kept float: bias of FULLY_CONNECTED, which is hybrid and reads float32")


@pytest.mark.parametrize("weight", ["weight_only_int8", "float16", "float"])
def test_the_bias_of_a_float_operator_may_be_float16(weight):
    assert reasons(weight)["b"][0] == "float16"


@pytest.mark.parametrize("weight", ["dynamic_range", "int4", "weight_only_int8", "float16"])
def test_litert_takes_every_mix(weight):
    model = fully_connected(256, 512)
    made = quantize(model, recipe(weight)).model
    assert len(model_bytes(made)) < len(model_bytes(model))
    (output,) = litert(made, feeds(model))
    assert output.shape == (4, 256)
