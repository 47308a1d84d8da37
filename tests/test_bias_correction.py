"""Biases corrected by measured means: the mean error of a layer is gone, and nothing else moves."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.constant import constant
from kernels.interpreter import Interpreter
from kernels.model import OPTIONAL_TENSOR
from kernels.tflite.writer import model_bytes
from quant.apply import quantize_weights, rewrite
from quant.bias_correction import REMARK, correct_biases
from quant.input_means import input_means
from quant.plan import plan_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.build_model import Operation, graph, tensor
from tests.float_models import SINGLE_OPERATORS, normal

DRAW = np.random.default_rng(5)
COARSE = Recipe(scheme="int4", min_elements=1)
LINEAR = ("fully connected", "convolution", "grouped convolution", "depthwise convolution")


def samples(model, count=8):
    """Inputs that are not around 0."""
    shape = model.subgraphs[0].tensors[model.subgraphs[0].inputs[0]].shape
    return [{"x": np.float32(DRAW.normal(1, 0.3, shape))} for _ in range(count)]


def corrected(model, data, recipe=COARSE):
    plan = plan_model(model, recipe)
    weights = quantize_weights(model, plan)
    changed, plan = correct_biases(model, plan, weights, input_means(model, data))
    return changed, plan, weights


def outputs(model, data):
    interpreter = Interpreter(model)
    return np.stack([interpreter.invoke(**sample)["y"] for sample in data])


def valid(model):
    """Without a border, where an operator reads zeros."""
    (operator,) = model.subgraphs[0].operators
    if "padding" not in operator.options.fields:
        return model
    options = replace(operator.options, fields={**operator.options.fields, "padding": 1})
    tensors = [
        replace(t, shape=(2, 4, 4, t.shape[-1])) if t.name == "y" else t
        for t in model.subgraphs[0].tensors
    ]
    graph = replace(
        model.subgraphs[0],
        operators=(replace(operator, options=options),),
        tensors=tuple(tensors),
    )
    return replace(model, subgraphs=(graph,))


@pytest.mark.parametrize("name", LINEAR)
def test_the_mean_error_of_a_channel_is_gone(name):
    model = valid(SINGLE_OPERATORS[name])
    data = samples(model)
    changed, plan, weights = corrected(model, data)
    float_outputs = outputs(model, data)
    before, after = (
        np.abs(
            (outputs(rewrite(each, plan, weights), data) - float_outputs)
            .reshape(-1, float_outputs.shape[-1])
            .mean(axis=0)
        )
        for each in (model, changed)
    )
    assert after.mean() < before.mean() / 4
    assert [REMARK in entry.reason for entry in plan.constants] == [
        entry.name == "w" for entry in plan.constants
    ]


@pytest.mark.parametrize("name", SINGLE_OPERATORS)
def test_other_operators_stay(name):
    model = SINGLE_OPERATORS[name]
    if name in LINEAR or "x" not in model.signatures[0].inputs:
        return
    changed, _, _ = corrected(model, samples(model, 1))
    assert model_bytes(changed) == model_bytes(model)


def test_exact_weights_leave_the_bias():
    weight = replace(normal("w", 4, 6), data=np.full((4, 6), 7, np.float32).tobytes())
    x, y = tensor("x", (1, 6)), tensor("y", (1, 4))
    operation = Operation("FULLY_CONNECTED", [x, weight, normal("b", 4)], [y], {})
    model = graph([operation], [x], [y])
    changed, plan, _ = corrected(model, samples(model))
    assert changed.buffers == model.buffers
    assert not any(REMARK in entry.reason for entry in plan.constants)


def two_layers(bias):
    """Two layers that may have their bias in common, or none."""
    x, h, y = tensor("x", (3, 64)), tensor("h", (3, 64)), tensor("y", (3, 64))
    operations = [
        Operation("FULLY_CONNECTED", [x, normal("v", 64, 64), bias], [h], {}),
        Operation("FULLY_CONNECTED", [h, normal("w", 64, 64), bias], [y], {}),
    ]
    return graph(operations, [x], [y])


@pytest.mark.parametrize("bias", [None, normal("b", 64)], ids=["none", "shared"])
def test_a_bias_of_its_own(bias):
    model = two_layers(bias)
    changed, plan, weights = corrected(model, samples(model))
    subgraph = changed.subgraphs[0]
    biases = [operator.inputs[2] for operator in subgraph.operators]
    assert len({subgraph.tensors[b].buffer for b in biases}) == 2
    assert OPTIONAL_TENSOR not in biases
    values = [constant(changed, subgraph.tensors[b]) for b in biases]
    assert not np.array_equal(*values)
    Interpreter(rewrite(changed, plan, weights))


def test_a_mean_that_samples_do_not_agree_on_is_none():
    """Inputs around 0: their mean is chance, and is hardly corrected."""
    model = two_layers(normal("b", 64))
    data = [{"x": np.float32(DRAW.normal(0, 1, (3, 64)))} for _ in range(12)]
    plan = plan_model(model, COARSE)
    weights = quantize_weights(model, plan)
    means = {(0, 0): np.stack([sample["x"].mean(axis=0) for sample in data]).astype(np.float64)}
    changed, _ = correct_biases(model, plan, weights, means)
    error = weights[1].restored() - constant(model, model.subgraphs[0].tensors[1])
    all_of_it = error @ means[0, 0].mean(axis=0)
    old, new = (
        constant(each, each.subgraphs[0].tensors[each.subgraphs[0].operators[0].inputs[2]])
        for each in (model, changed)
    )
    assert np.linalg.norm(new - old) < np.linalg.norm(all_of_it)


def test_quantize_corrects_where_there_is_data():
    model = two_layers(normal("b", 64))
    data = samples(model)
    plain = quantize(model, COARSE)
    off = quantize(model, replace(COARSE, bias_correction=False), data)
    on = quantize(model, COARSE, data)
    assert model_bytes(off.model) == model_bytes(plain.model)
    wanted = outputs(model, data)
    errors = [np.abs(outputs(each.model, data) - wanted).mean() for each in (plain, on)]
    assert errors[1] < errors[0]
