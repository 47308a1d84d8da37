"""Schemes on every operator that takes weights: what is stored, and that runtimes compute it."""

import pytest

from kernels.errors import RecipeError
from kernels.interpreter import Interpreter
from quant.quantizer import quantize
from quant.recipe import BLOCK_SIZES, Recipe
from quant.scheme import SCHEMES, check_target
from quant.sqnr import sqnr_db
from tests.float_models import SINGLE_OPERATORS, feeds, fully_connected
from tests.oracle import litert

LEAST_SQNR_DB = {"dynamic_range": 25, "weight_only_int8": 35, "float16": 55, "int4": 9}
"""Of an operator's outputs: weights are normal random numbers."""
EVERYTHING = {"min_elements": 1}


def outputs(model, inputs):
    interpreter = Interpreter(model)
    names = list(interpreter.signature().inputs)
    return list(interpreter.invoke(None, **dict(zip(names, inputs, strict=True))).values())


@pytest.mark.parametrize("scheme", LEAST_SQNR_DB)
@pytest.mark.parametrize("name", SINGLE_OPERATORS)
def test_litert_and_we_run_it_alike(name, scheme):
    model = SINGLE_OPERATORS[name]
    quantized = quantize(model, Recipe(scheme=scheme, **EVERYTHING)).model
    inputs = feeds(model)
    expected = litert(quantized, inputs)
    for float_output, theirs, ours in zip(
        litert(model, inputs), expected, outputs(quantized, inputs), strict=True
    ):
        assert sqnr_db(theirs, ours) > 100
        assert sqnr_db(float_output, ours) > LEAST_SQNR_DB[scheme]


@pytest.mark.parametrize("block_size", BLOCK_SIZES)
def test_blocks(block_size):
    model = fully_connected(64, 256)
    result = quantize(model, Recipe(scheme="int4", block_size=block_size))
    (entry,) = [each for each in result.plan.constants if each.is_quantized]
    assert entry.granularity == ("blockwise" if block_size else "per-channel")
    inputs = feeds(model)
    (theirs,) = litert(result.model, inputs)
    (ours,) = outputs(result.model, inputs)
    assert sqnr_db(theirs, ours) > 100
    (float_output,) = litert(model, inputs)
    assert sqnr_db(float_output, ours) > LEAST_SQNR_DB["int4"]


def test_smaller_blocks_are_more_exact():
    model = fully_connected(64, 256)
    exact = [
        quantize(model, Recipe(scheme="int4", block_size=size)).report.worst[0].sqnr_db
        for size in (32, 128, 0)
    ]
    assert exact == sorted(exact, reverse=True)


@pytest.mark.parametrize("name", ["int4", "float16"])
def test_what_the_target_cannot_run_is_an_error_with_the_alternatives(name):
    with pytest.raises(RecipeError) as raised:
        Recipe(scheme=name, target_runtime="tflite_micro")
    assert f"cannot run scheme {name}" in raised.value.problem
    assert "dynamic_range" in raised.value.cure
    assert "float16" not in raised.value.cure


def test_every_target_runs_the_default():
    for target in SCHEMES["dynamic_range"].targets:
        check_target("dynamic_range", target)
