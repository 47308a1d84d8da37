"""Another bias in the place of the one that is there, or of none."""

from dataclasses import replace

import numpy as np

from kernels.interpreter import Interpreter
from quant.biases import bias_tensor, bias_values, with_bias
from tests.float_models import SINGLE_OPERATORS, depthwise, feeds
from tests.layered_models import SCALABLE


def invoked(model):
    return Interpreter(model).invoke(x=feeds(model)[0])["y"]


def test_a_bias_of_its_own_changes_in_place():
    model = SINGLE_OPERATORS["convolution"]
    bias = bias_values(model, (0, 0))
    changed = with_bias(model, (0, 0), bias + 1)
    assert changed.subgraphs == model.subgraphs
    np.testing.assert_array_equal(bias_values(changed, (0, 0)), bias + 1)
    np.testing.assert_allclose(invoked(changed), invoked(model) + 1, rtol=1e-5, atol=1e-5)


def test_a_shared_bias_stays_for_the_others():
    model, _ = SCALABLE["shared bias"]
    bias = bias_values(model, (0, 0))
    changed = with_bias(model, (0, 0), bias + 1)
    np.testing.assert_array_equal(bias_values(changed, (0, 0)), bias + 1)
    np.testing.assert_array_equal(bias_values(changed, (0, 1)), bias)


def test_a_bias_that_is_an_output_stays():
    model = SINGLE_OPERATORS["convolution"]
    (graph,) = model.subgraphs
    index = bias_tensor(graph.operators[0])
    shown = replace(model, subgraphs=(replace(graph, outputs=(*graph.outputs, index)),))
    changed = with_bias(shown, (0, 0), bias_values(shown, (0, 0)) + 1)
    assert changed.buffers[: len(model.buffers)] == model.buffers


def test_an_operator_without_a_bias_gets_one():
    model = depthwise(has_bias=False)
    assert bias_values(model, (0, 0)) is None
    values = np.arange(128, dtype=np.float32)
    changed = with_bias(model, (0, 0), values)
    np.testing.assert_array_equal(bias_values(changed, (0, 0)), values)
    np.testing.assert_allclose(invoked(changed), invoked(model) + values, rtol=1e-5, atol=1e-4)
