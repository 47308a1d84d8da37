"""Equalized models compute the same bits, and weights with one scale keep more of them."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.constant import constant
from kernels.interpreter import Interpreter
from kernels.tflite.writer import model_bytes
from quant.equalization import REMARK, equalize
from quant.plan import plan_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sqnr import sqnr_db
from quant.weights import Encoding
from tests.build_model import Operation, graph, tensor
from tests.float_models import feeds, normal
from tests.layered_models import FIXED, SCALABLE
from tests.oracle import litert

ONE_SCALE = Recipe(scheme="weight_only_int8", target_runtime="tflite_micro", min_elements=1)
PER_CHANNEL = Recipe(min_elements=1)
HIDDEN = tensor("h", (1, 8))


def equalized(model, recipe=ONE_SCALE):
    return equalize(model, plan_model(model, recipe))


def outputs(model):
    return Interpreter(model).invoke(x=feeds(model)[0])


def weights(model, name):
    (tensor,) = (t for t in model.subgraphs[0].tensors if t.name == name)
    return constant(model, tensor)


def ranges(values, axis):
    return np.abs(np.moveaxis(values, axis, 0)).reshape(values.shape[axis], -1).max(axis=1)


@pytest.mark.parametrize("name", SCALABLE)
def test_the_float_model_computes_the_same_bits(name):
    model, _ = SCALABLE[name]
    changed, plan = equalized(model)
    assert changed != model
    assert any(REMARK in entry.reason for entry in plan.constants)
    before, after = outputs(model), outputs(changed)
    for key, values in before.items():
        np.testing.assert_array_equal(after[key], values)
    for ours, theirs in zip(
        litert(changed, feeds(model)), litert(model, feeds(model)), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", FIXED)
def test_models_whose_channels_are_seen_stay(name):
    changed, plan = equalized(FIXED[name])
    assert changed is FIXED[name]
    assert not any(REMARK in entry.reason for entry in plan.constants)


def test_ranges_are_evened_out_by_powers_of_two():
    model, _ = SCALABLE["two convolutions"]
    changed, _ = equalized(model)
    factors = ranges(weights(model, "w1"), 0) / ranges(weights(changed, "w1"), 0)
    np.testing.assert_array_equal(np.exp2(np.rint(np.log2(factors))), factors)
    np.testing.assert_array_equal(
        weights(changed, "w2"), weights(model, "w2") * factors.astype(np.float32)
    )
    made, taken = (ranges(weights(changed, w), axis) for w, axis in (("w1", 0), ("w2", 3)))
    parts = made / made.max() / (taken / taken.max())
    assert parts.max() / parts.min() <= 4.001


@pytest.mark.parametrize("recipe", [Recipe(scheme="float"), Recipe(scheme="float16")])
def test_weights_that_gain_nothing_stay(recipe):
    model, _ = SCALABLE["two convolutions"]
    changed, _ = equalized(model, recipe)
    assert changed is model


def test_a_bias_that_is_stored_otherwise_is_left():
    model, _ = SCALABLE["two convolutions"]
    plan = plan_model(model, ONE_SCALE)
    half = Encoding("FLOAT16")
    entries = (replace(e, encoding=half) if e.name == "b1" else e for e in plan.constants)
    assert equalize(model, replace(plan, constants=tuple(entries)))[0] is model


def test_alike_channels_stay():
    operations = [
        Operation("FULLY_CONNECTED", [tensor("x", (1, 9)), normal("v", 8, 9), None], [HIDDEN], {}),
        Operation("FULLY_CONNECTED", [HIDDEN, normal("w", 7, 8), None], [tensor("y", (1, 7))], {}),
    ]
    model = graph(operations, [tensor("x", (1, 9))], [tensor("y", (1, 7))])
    assert equalized(model)[0] is model


def test_dead_channels_and_extreme_ranges():
    model, _ = SCALABLE["two convolutions"]
    (buffer,) = (t.buffer for t in model.subgraphs[0].tensors if t.name == "w1")
    values = weights(model, "w1").copy()
    values[0], values[1] = 0, values[1] * 1e-30
    buffers = [values.tobytes() if b == buffer else each for b, each in enumerate(model.buffers)]
    model = replace(model, buffers=tuple(buffers))
    changed, _ = equalized(model)
    np.testing.assert_array_equal(outputs(changed)["y"], outputs(model)["y"])
    assert np.isfinite(weights(changed, "w2")).all()


@pytest.mark.parametrize("recipe", [ONE_SCALE, PER_CHANNEL, replace(PER_CHANNEL, scheme="int4")])
def test_outputs_of_a_badly_scaled_model_are_nearer(recipe):
    model, _ = SCALABLE["two convolutions"]
    results = [
        outputs(quantize(model, replace(recipe, equalization=on)).model)["y"]
        for on in (False, True)
    ]
    plain, even = (sqnr_db(outputs(model)["y"], values) for values in results)
    assert even > plain + 6


@pytest.mark.parametrize("scheme", ["full_integer", "int16x8"])
@pytest.mark.parametrize("target", ["litert", "tflite_micro"])
def test_integer_models_are_nearer_and_the_plan_has_their_scales(scheme, target):
    model, _ = SCALABLE["two convolutions"]
    recipe = Recipe(scheme=scheme, target_runtime=target, observer="min_max")
    data = [{"x": feeds(model)[0]}]
    made = [quantize(model, replace(recipe, equalization=on), data) for on in (False, True)]
    plain, even = (sqnr_db(outputs(model)["y"], outputs(each.model)["y"]) for each in made)
    assert even > plain + 6
    (stored,) = (t for t in made[1].model.subgraphs[0].tensors if t.name == "a")
    (planned,) = (each.scale for each in made[1].plan.activations if each.name == "a")
    (before,) = (each.scale for each in made[0].plan.activations if each.name == "a")
    assert np.float32(planned) == stored.quantization.scale[0] != np.float32(before)


def test_quantizing_twice_gives_the_same_bytes():
    model, _ = SCALABLE["residual"]
    made = [model_bytes(quantize(model, ONE_SCALE).model) for _ in range(2)]
    assert made[0] == made[1]
