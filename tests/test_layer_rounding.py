"""A layer's rounding: its output's error, as the layer computes it, is what is measured."""

import numpy as np
import pytest

from kernels.constant import constant
from kernels.interpreter import Interpreter
from quant.bias_correction import with_biases
from quant.layer_rounding import METHODS, round_layer
from quant.roundable import roundable_layers
from quant.second_moments import second_moments
from quant.sequential_rounding import restored_model
from tests.float_models import SINGLE_OPERATORS, fully_connected, normal
from tests.stored_weights import stored

LINEAR = ("fully connected", "convolution", "grouped convolution", "depthwise convolution")


def inputs(model, count=12):
    draw = np.random.default_rng(2)
    subgraph = model.subgraphs[0]
    shape = subgraph.tensors[subgraph.inputs[0]].shape
    mixing = draw.normal(size=(shape[-1], shape[-1])) / np.sqrt(shape[-1])
    return [np.float32(draw.normal(0.5, 1, shape) @ mixing) for _ in range(count)]


def rounded(model, method, **recipe):
    plan, weights = stored(model, **recipe)
    (layer,) = roundable_layers(model, plan, weights, 0)
    before = weights[layer.entry.buffer]
    moments = second_moments(
        ((layer.windows(x), layer.windows(x)) for x in inputs(model)), layer.linear.depthwise
    )
    made = round_layer(layer, constant(model, layer.weight), before, moments, method)
    return layer, before, made


def sqnr(model, changed):
    outputs = [
        np.concatenate(
            [
                each.reshape(-1, each.shape[-1])
                for x in inputs(model)
                for each in Interpreter(one).invoke(x=x).values()
            ]
        ).astype(np.float64)
        for one in (model, changed)
    ]
    error = outputs[0] - outputs[1]
    variances = [(each - each.mean(axis=0)).var(axis=0).sum() for each in (outputs[0], error)]
    return 10 * np.log10(variances[0] / variances[1]), np.abs(error.mean(axis=0)).max()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", ["int4", "dynamic_range"])
@pytest.mark.parametrize("name", LINEAR)
def test_the_error_is_as_measured_and_smaller(name, scheme, method):
    model = SINGLE_OPERATORS[name]
    layer, before, made = rounded(model, method, scheme=scheme)
    buffer = layer.entry.buffer
    for weight, expected in ((before, made.before), (made.stored, made.after)):
        assert sqnr(model, restored_model(model, {buffer: weight}))[0] == pytest.approx(
            expected, abs=0.05
        )
    assert made.after >= made.before
    if method == "learned":
        assert made.after > made.before + (0.5 if scheme == "int4" else 0.1)
    limit = 7 if scheme == "int4" else 127
    assert made.stored.values.dtype == np.int8
    assert np.abs(made.stored.values).max() <= limit
    assert made.stored.scale.shape == before.scale.shape
    corrected = with_biases(restored_model(model, {buffer: made.stored}), {layer.place: made.shift})
    assert sqnr(model, corrected)[1] < 1e-4


def test_blocks_have_scales_that_float16_holds():
    model = fully_connected(weight=normal("w", 24, 128), rows=24, columns=128)
    _, before, made = rounded(model, "learned", block_size=32)
    assert made.stored.scale.shape == before.scale.shape == (24, 4)
    np.testing.assert_array_equal(made.stored.scale, np.float16(made.stored.scale))
    assert made.after > made.before + 1.0


def test_learned_gains_over_gptq():
    model = SINGLE_OPERATORS["convolution"]
    results = {method: rounded(model, method)[2].after for method in METHODS}
    assert results["learned"] > results["gptq"]
