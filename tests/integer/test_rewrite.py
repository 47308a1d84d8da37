"""Models with integer operators: where QUANTIZE and DEQUANTIZE go, types of the boundary."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.constant import constant
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes
from tests.build_model import Operation, graph, tensor, with_subgraphs
from tests.control_flow_models import branch, loop
from tests.integer.models import (
    chain,
    convolution,
    one,
    operators,
    quantized,
    samples,
    tensor_of,
    tensors,
    values,
)
from tests.oracle import litert

X, A, M, Y = map(values, "xamy")
MODELS = {
    "chain": chain(convolution(X, A, "RELU6"), one("LOGISTIC", A, Y)),
    "float between": chain(convolution(X, A), one("COS", A, M), convolution(M, Y, weight="v")),
    "read twice": graph(
        [convolution(X, A), one("COS", A, M), Operation("ADD", [A, M], [Y], {})], [X], [Y]
    ),
    "input is read as float too": graph(
        [one("COS", X, A), Operation("ADD", [X, A], [Y], {})], [X], [Y]
    ),
    "outputs within": graph([convolution(X, A), one("LOGISTIC", A, Y)], [X], [A, Y]),
    "an output is an input": graph([convolution(X, A)], [X], [A, X]),
    "loop": loop(),
    "branch": branch(),
}


@pytest.mark.parametrize("io", ["float", "int8", "uint8"])
@pytest.mark.parametrize("name", MODELS)
def test_it_runs_as_in_litert_and_near_the_float_model(name, io):
    model = MODELS[name]
    integer = read_model(model_bytes(quantized(model, io=io).model))
    for sample in samples(model, 2):
        given = {key: _stored(integer, key, value) for key, value in sample.items()}
        got = Interpreter(integer).invoke(**given)
        for key, want in Interpreter(model).invoke(**sample).items():
            real = _real(integer, key, got[key])
            assert np.abs(real - want).max() <= 0.06 * max(np.ptp(want), np.abs(want).max())
        for numerics in NUMERICS:
            theirs = litert(integer, list(given.values()), numerics)
            ours = Interpreter(integer, numerics).invoke(**given)
            for one_of, other in zip(theirs, ours.values(), strict=True):
                np.testing.assert_array_equal(one_of, other)


def _stored(model, key, value):
    tensor = tensor_of(model, model.signatures[0].inputs[key])
    if tensor.type not in ("INT8", "UINT8"):
        return value
    limits = np.iinfo(tensor.type.lower())
    steps = np.rint(value / tensor.quantization.scale[0]) + tensor.quantization.zero_point[0]
    return np.clip(steps, limits.min, limits.max).astype(tensor.type.lower())


def _real(model, key, value):
    tensor = tensor_of(model, model.signatures[0].outputs[key])
    if tensor.type not in ("INT8", "UINT8"):
        return value
    return (value - tensor.quantization.zero_point[0].astype(float)) * tensor.quantization.scale[0]


def test_float_ends_are_converted_and_keep_their_names():
    integer = quantized(MODELS["chain"]).model
    assert operators(integer) == ["QUANTIZE", "CONV_2D", "LOGISTIC", "DEQUANTIZE"]
    assert tensors(integer)["x"].type == tensors(integer)["y"].type == "FLOAT32"
    assert integer.signatures == MODELS["chain"].signatures


@pytest.mark.parametrize(
    ("io", "names"),
    [
        ("int8", ["CONV_2D", "LOGISTIC"]),
        ("uint8", ["QUANTIZE", "CONV_2D", "LOGISTIC", "QUANTIZE"]),
    ],
)
def test_integer_ends(io, names):
    integer = quantized(MODELS["chain"], io=io).model
    assert operators(integer) == names
    assert tensors(integer)["x"].type == tensors(integer)["y"].type == io.upper()


def test_int16_has_biases_of_64_bits_and_the_options_of_its_sums():
    model = graph([convolution(X, A), Operation("ADD", [A, X], [Y], {})], [X], [Y])
    integer = quantized(model, scheme="int16x8", io="int16").model
    assert tensors(integer)["b"].type == "INT64"
    assert tensors(integer)["w"].type == "INT8"
    assert integer.subgraphs[0].operators[1].options.fields["pot_scale_int16"] is False


def test_a_float_operator_is_between_dequantize_and_quantize():
    names = operators(quantized(MODELS["float between"], io="int8").model)
    assert names == ["CONV_2D", "DEQUANTIZE", "COS", "QUANTIZE", "CONV_2D"]


def test_what_control_flow_hands_on_stays_float():
    integer = quantized(loop()).model
    assert "QUANTIZE" in operators(integer, 2)
    called = integer.subgraphs[2]
    assert all(called.tensors[t].type in ("FLOAT32", "INT32") for t in called.inputs)


def test_a_signature_without_samples_stays_float():
    first, second = MODELS["chain"], chain(convolution(X, Y))
    both = with_subgraphs(first, second)
    other = replace(second.signatures[0], key="other", subgraph=1)
    result = quantized(replace(both, signatures=(*first.signatures, other)), io="int8")
    assert operators(result.model) == ["CONV_2D", "LOGISTIC"]
    assert tensors(result.model, 1)["x"].type == "FLOAT32"
    reasons = [each.reason for each in result.plan.activations if each.subgraph == 1]
    assert "float: no range of 'x' was observed" in reasons


def test_a_weight_that_a_float_operator_reads_too_is_there_twice():
    weight = convolution(X, A).inputs[1]
    made = tensor("z", weight.tensor.shape)
    model = graph([convolution(X, A), one("COS", weight, made)], [X], [A, made])
    integer = quantized(model).model
    (conv,) = [o for o in integer.subgraphs[0].operators if o.name == "CONV_2D"]
    assert integer.subgraphs[0].tensors[conv.inputs[1]].type == "INT8"
    assert tensors(integer)["w"].type == "FLOAT32"


def test_equal_constants_are_stored_once():
    model = chain(convolution(X, A), convolution(A, Y))
    integer = quantized(model).model
    weights = {o.inputs[1] for o in integer.subgraphs[0].operators if o.name == "CONV_2D"}
    assert len({integer.subgraphs[0].tensors[w].buffer for w in weights}) == 1
    biases = [o.inputs[2] for o in integer.subgraphs[0].operators if o.name == "CONV_2D"]
    first, second = (constant(integer, integer.subgraphs[0].tensors[b]) for b in biases)
    assert not np.array_equal(first, second)


def test_the_same_model_gives_the_same_bytes():
    first, second = (model_bytes(quantized(MODELS["read twice"]).model) for _ in range(2))
    assert first == second
