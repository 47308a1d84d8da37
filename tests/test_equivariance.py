"""The equalizer's half of the operator table: true of the kernels, in every bit."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.equivariance import CARRIES, EQUIVARIANT_ACTIVATIONS, LINEAR, READS_NO_VALUES
from kernels.interpreter import Interpreter
from kernels.operators import OPERATORS
from tests.float_models import SINGLE_OPERATORS
from tests.operator_examples import EXAMPLES
from tests.oracle import Fixed

FACTORS = np.float32([4, 0.5, 1, 2, 0.125])


def example(name):
    """One that reduces places, where the table's is one that reduces channels."""
    known, carries = EXAMPLES[name], CARRIES[name]
    if carries.axes is None:
        return known
    inputs = [*known.inputs]
    inputs[carries.axes] = Fixed(np.int32([0]))
    return replace(known, inputs=inputs, outputs=[(inputs[0].shape[1:], np.float32)])


def by_channel(values, channels):
    """The factor of each element, whatever the shape."""
    return FACTORS[np.arange(values.size) % channels].reshape(values.shape)


@pytest.mark.parametrize("name", CARRIES)
def test_an_operator_carries_the_scales_of_channels(name):
    given, carries = example(name), CARRIES[name]
    channels = given.inputs[0].shape[-1]
    interpreter = Interpreter(given.model(name))
    fed = given.fed()
    before = interpreter.invoke(**fed)
    for i in carries.operands:
        fed[f"in{i}"] = fed[f"in{i}"] * by_channel(fed[f"in{i}"], channels)
    after = interpreter.invoke(**fed)
    for output, values in before.items():
        np.testing.assert_array_equal(after[output], values * by_channel(values, channels))


@pytest.mark.parametrize("name", LINEAR)
def test_facts_of_a_linear_operator(name):
    facts = LINEAR[name]
    assert OPERATORS[name].linear is facts
    assert OPERATORS[name].int8.weights[0].operand == facts.weight
    assert OPERATORS[name].int8.weights[0].axis == facts.output_axis
    assert OPERATORS[name].int8.biases == (facts.bias,)
    assert name not in CARRIES


def test_every_linear_operator_has_a_model_that_is_tested():
    names = {model.subgraphs[0].operators[0].name for model in SINGLE_OPERATORS.values()}
    assert set(LINEAR) <= names


@pytest.mark.parametrize("code", sorted(EQUIVARIANT_ACTIVATIONS))
def test_activations_commute_with_scaling(code):
    from kernels.activation import fused_activation

    values = np.float32([-3, -0.5, 0, 0.5, 3])
    activation = fused_activation(code)
    np.testing.assert_array_equal(activation(values * FACTORS), activation(values) * FACTORS)


def test_operators_that_read_no_values_exist():
    assert set(OPERATORS) >= READS_NO_VALUES
