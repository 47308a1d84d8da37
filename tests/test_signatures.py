"""Signatures as given, and made up for a model that has none."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.model import Signature
from kernels.signatures import DEFAULT_KEY, chosen_signature, signatures_of, with_signature_outputs
from tests.build_model import Operation, constant, graph, tensor

X, Y, Z = (tensor(name, (2,)) for name in "xyz")
TWO = constant("two", np.float32([2, 2]))
MODEL = graph([Operation("MUL", [X, TWO], [Y]), Operation("ADD", [Y, Y], [Z])], [X], [Z])
NAMES = [value.name for value in MODEL.subgraphs[0].tensors]


def signed(inputs, outputs):
    indices = [{k: NAMES.index(v) for k, v in end.items()} for end in (inputs, outputs)]
    return replace(MODEL, signatures=(Signature("double", *indices),))


def test_as_given():
    signature = signatures_of(signed({"a": "x"}, {"b": "z"}))["double"]
    assert list(signature.inputs) == ["a"]
    assert list(signature.outputs) == ["b"]


def test_an_input_that_it_does_not_name_has_the_tensors_name():
    assert list(signatures_of(signed({}, {"b": "z"}))["double"].inputs) == ["x"]


def test_a_model_without_one():
    signatures = signatures_of(replace(MODEL, signatures=()))
    assert list(signatures) == [DEFAULT_KEY]
    assert list(signatures[DEFAULT_KEY].inputs) == ["x"]
    assert list(signatures[DEFAULT_KEY].outputs) == ["z"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["a", "b"], ["a", "b"]), (["", ""], [":0", ":1"]), (["a", "a"], ["a:0", "a:1"])],
)
def test_tensors_of_no_name_or_one_name(names, expected):
    subgraph = MODEL.subgraphs[0]
    tensors = [replace(subgraph.tensors[0], name=name) for name in names]
    model = replace(
        MODEL,
        signatures=(),
        subgraphs=(replace(subgraph, tensors=tuple(tensors), inputs=(0, 1), outputs=()),),
    )
    assert list(signatures_of(model)[DEFAULT_KEY].inputs) == expected


def test_an_input_that_the_graph_does_not_take():
    with pytest.raises(ModelError, match=r"Signature 'double' takes tensors \[\d\]"):
        signatures_of(signed({"a": "y"}, {}))


def test_an_inner_tensor_may_be_given():
    result = Interpreter(signed({"x": "x"}, {"inner": "y", "z": "z"})).invoke(x=np.float32([1, 3]))
    np.testing.assert_array_equal(result["inner"], [2, 6])
    np.testing.assert_array_equal(result["z"], [4, 12])


def test_a_model_whose_signatures_fit_stays_as_it_is():
    assert with_signature_outputs(MODEL) is MODEL


def test_a_tensor_that_nothing_makes_cannot_be_given():
    subgraph = MODEL.subgraphs[0]
    lonely = replace(subgraph.tensors[0], name="lonely")
    model = replace(
        signed({"x": "x"}, {"z": "z"}),
        subgraphs=(replace(subgraph, tensors=(*subgraph.tensors, lonely)),),
        signatures=(Signature("double", {"x": NAMES.index("x")}, {"l": len(NAMES)}),),
    )
    with pytest.raises(ModelError, match="no operator writes"):
        Interpreter(model)


def test_no_signature_of_that_name():
    signatures = signatures_of(signed({"a": "x"}, {"b": "z"}))
    assert chosen_signature(signatures, None) is signatures["double"]
    with pytest.raises(InputError, match=r"no signature 'half'.\n.*'double'"):
        chosen_signature(signatures, "half")
