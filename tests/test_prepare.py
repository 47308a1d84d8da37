"""From a model to programs: constants, lifetimes, and operators that cannot be right."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.limits import Limits
from kernels.model import OPTIONAL_TENSOR
from kernels.node import XNNPACK
from kernels.prepare import Surroundings, prepare_model
from kernels.state import State
from tests.build_model import Operation, constant, graph, quantization, single_operator, tensor

X, Y, Z = (tensor(name, (2,)) for name in "xyz")
ONE = constant("one", np.float32([1]))


def prepared(model):
    surroundings = Surroundings(XNNPACK, lambda index, inputs: inputs, Limits(), State())
    (program,) = prepare_model(model, surroundings)
    return program, [value.name for value in model.subgraphs[0].tensors]


def test_constants_are_known_at_load():
    program, names = prepared(single_operator("ADD", [X, ONE], [Y]))
    np.testing.assert_array_equal(program.constants[names.index("one")], [1])
    assert list(program.constants) == [names.index("one")]


def test_a_tensor_of_no_elements_that_nothing_makes_is_a_constant():
    shape = tensor("shape", (0,), "INT32")
    model = graph([Operation("RESHAPE", [X, shape], [Y])], [X], [Y])
    program, names = prepared(model)
    assert program.constants[names.index("shape")].shape == (0,)


def test_a_value_dies_after_the_last_operator_that_reads_it():
    operations = [
        Operation("ADD", [X, ONE], [Y]),
        Operation("MUL", [Y, Y], [Z]),
        Operation(
            "SPLIT",
            [constant("axis", np.int32([0])), Z],
            [tensor("a", (1,)), tensor("b", (1,))],
            {"num_splits": 2},
        ),
    ]
    program, names = prepared(graph(operations, [X], [tensor("a", (1,))]))
    dead = [sorted(names[i] for i in step.dead) for step in program.steps]
    assert dead == [["x"], ["y"], ["b", "z"]]


def test_a_dequantized_weight_is_made_once_and_others_at_run_time():
    affine = quantization(0.5)
    operations = [
        Operation("DEQUANTIZE", [constant("w", np.int8([2, 4]), quantization=affine)], [Y]),
        Operation("DEQUANTIZE", [tensor("q", (2,), "INT8", quantization=affine)], [Z]),
    ]
    inputs = [tensor("q", (2,), "INT8", quantization=affine)]
    program, names = prepared(graph(operations, inputs, [Y, Z]))
    assert len(program.steps) == 1
    np.testing.assert_array_equal(program.constants[names.index("y")], [1, 2])


@pytest.mark.parametrize(
    ("name", "inputs", "message"),
    [
        ("ADD", [X], r"Operator 0 \(ADD, which makes 'y'\): It has 1 inputs: missing"),
        ("ADD", [X, X, X], "It has 3 inputs: too many"),
        ("ADD", [None, X], "Operand 0 is missing"),
        ("VAR_HANDLE", [X], "It has 1 inputs"),
    ],
)
def test_operands_that_are_too_few_or_many(name, inputs, message):
    with pytest.raises(ModelError, match=message):
        prepared(graph([Operation(name, inputs, [Y])], [X], [Y]))


def test_an_output_that_is_absent():
    model = single_operator("ADD", [X, X], [Y])
    subgraph = model.subgraphs[0]
    operator = replace(subgraph.operators[0], outputs=(OPTIONAL_TENSOR,))
    model = replace(model, subgraphs=(replace(subgraph, operators=(operator,), outputs=()),))
    with pytest.raises(UnsupportedOperatorError, match="Its output 0 is absent"):
        prepared(model)
