"""Integer models from data, end to end: weights of float operators, real models, incumbents."""

import numpy as np
import pytest

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from kernels.tflite.writer import model_bytes
from quant.quantizer import quantize
from quant.recipe import Recipe, Rule
from tests.float_models import SINGLE_OPERATORS
from tests.integer.models import chain, convolution, one, operators, quantized, samples, values

X, A, M, Y = map(values, "xamy")
MODEL = chain(convolution(X, A), one("GELU", A, M), convolution(M, Y, weight="v"))


def test_without_data_there_are_no_ranges():
    with pytest.raises(DataError, match="needs the ranges"):
        quantize(MODEL, Recipe(scheme="full_integer"))


def test_operators_that_stay_float_get_the_weights_of_their_rule():
    rules = (Rule("dynamic_range", tensor="^v$"),)
    result = quantized(MODEL, rules=rules, min_elements=1, min_saving=0.0)
    entries = {each.name: each for each in result.plan.constants}
    assert {c.delivery for c in entries["v"].consumers} == {"hybrid"}
    assert {c.delivery for c in entries["w"].consumers} == {"integer"}
    assert operators(result.model)[-1] == "CONV_2D"


@pytest.mark.parametrize("scheme", ["full_integer", "int16x8"])
@pytest.mark.parametrize("name", SINGLE_OPERATORS)
def test_every_operator_with_weights_is_integer_or_keeps_float_activations(name, scheme):
    model = SINGLE_OPERATORS[name]
    given = _samples(model)
    result = quantize(model, Recipe(scheme=scheme), given)
    got = Interpreter(result.model).invoke(**given[0])
    for key, want in Interpreter(model).invoke(**given[0]).items():
        assert np.abs(got[key] - want).max() <= 0.1 * max(np.abs(want).max(), 1e-6)


def _samples(model):
    rng = np.random.default_rng(5)
    found = {}
    for name, index in model.signatures[0].inputs.items():
        tensor = model.subgraphs[0].tensors[index]
        drawn = rng.normal(size=tensor.shape)
        found[name] = drawn.astype(np.float32)
        if tensor.type == "INT32":
            found[name] = rng.integers(0, 3, tensor.shape).astype(np.int32)
    return [found]


def test_a_spill_changes_no_byte(tmp_path):
    recipe, data = Recipe(scheme="full_integer"), samples(MODEL)
    spilled = quantize(MODEL, recipe, data, folder=tmp_path)
    assert model_bytes(spilled.model) == model_bytes(quantize(MODEL, recipe, data).model)
