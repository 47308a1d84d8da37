"""Weights that control flow hands on: sunk where that is provably the same, else left."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.model import Model
from quant.captured_constants import called_subgraphs, sink_captured_constants
from quant.plan import plan_model
from tests.control_flow_models import branch, loop
from tests.float_models import feeds, fully_connected
from tests.oracle import litert


def quantized(model):
    return {(e.subgraph, e.name) for e in plan_model(model).constants if e.is_quantized}


def operator(model):
    return model.subgraphs[0].operators[0]


def changed(model: Model, subgraph: int, **fields) -> Model:
    subgraphs = list(model.subgraphs)
    subgraphs[subgraph] = replace(subgraphs[subgraph], **fields)
    return replace(model, subgraphs=tuple(subgraphs))


def changed_operator(model: Model, **fields) -> Model:
    return changed(model, 0, operators=(replace(operator(model), **fields),))


@pytest.mark.parametrize("model", [loop(handed_on=True), branch()], ids=["loop", "branch"])
def test_the_model_computes_the_same(model):
    sunk = sink_captured_constants(model)
    values = feeds(model)
    assert sunk != model
    names = [model.subgraphs[0].tensors[i].name for i in model.subgraphs[0].inputs]
    ours = Interpreter(sunk).invoke(**dict(zip(names, values, strict=True)))
    before = Interpreter(model).invoke(**dict(zip(names, values, strict=True)))
    # XNNPACK takes constant weights only: those handed on are summed in another order.
    np.testing.assert_allclose(ours["y"], before["y"], rtol=1e-5, atol=1e-6)
    (result,) = litert(sunk, values)
    np.testing.assert_allclose(result, litert(model, values)[0], rtol=1e-5, atol=1e-6)


def test_weight_of_a_loop_becomes_a_constant_of_its_subgraphs():
    sunk = sink_captured_constants(loop(handed_on=True))
    assert len(operator(sunk).inputs) == len(operator(sunk).outputs) == 2
    assert [len(g.inputs) for g in sunk.subgraphs] == [1, 2, 2]
    assert len(sunk.subgraphs[2].outputs) == 2
    assert (2, "inner_w") in quantized(sunk)


def test_weights_of_a_branch_become_constants_of_both_sides():
    sunk = sink_captured_constants(branch())
    assert len(operator(sunk).inputs) == 2
    assert [len(g.inputs) for g in sunk.subgraphs] == [2, 1, 1]
    assert {(1, "then_w"), (2, "else_v")} <= quantized(sunk)


def test_readers_of_what_the_loop_returns_read_the_constant():
    model = loop(handed_on=True)
    weight, returned = operator(model).inputs[2], operator(model).outputs[2]
    add = replace(fully_connected().subgraphs[0].operators[0], inputs=(weight, returned, -1))
    model = changed(model, 0, operators=(*model.subgraphs[0].operators, add))
    after = sink_captured_constants(model).subgraphs[0].operators[1]
    assert after.inputs == (weight, weight, -1)


def test_nothing_to_sink():
    for model in (loop(), fully_connected()):
        assert sink_captured_constants(model) is model


def stays(model):
    assert sink_captured_constants(model) is model


def test_a_weight_that_the_body_changes_stays():
    model = loop(handed_on=True)
    body = model.subgraphs[2]
    other = next(i for i, t in enumerate(body.tensors) if t.name == "product")
    stays(changed(model, 2, outputs=(*body.outputs[:2], other)))


def test_a_weight_that_is_returned_twice_stays():
    model = loop(handed_on=True)
    body = model.subgraphs[2]
    stays(changed(model, 2, outputs=(body.outputs[0], body.outputs[2], body.outputs[2])))


def test_a_weight_that_the_graph_returns_from_the_loop_stays():
    model = loop(handed_on=True)
    stays(changed(model, 0, outputs=operator(model).outputs[1:]))


def test_a_weight_that_is_no_constant_stays():
    model = loop(handed_on=True)
    tensors = tuple(replace(t, buffer=0) for t in model.subgraphs[0].tensors)
    stays(changed(model, 0, tensors=tensors))


def test_what_no_operator_takes_as_a_weight_stays():
    model = loop(handed_on=True)
    body = model.subgraphs[2]
    operators = [
        replace(o, name="ADD") if o.name == "FULLY_CONNECTED" else o for o in body.operators
    ]
    stays(changed(model, 2, operators=tuple(operators)))


@pytest.mark.parametrize("model", [loop(handed_on=True), branch()], ids=["loop", "branch"])
def test_a_subgraph_that_a_signature_runs_too_stays(model):
    stays(replace(model, signatures=(*model.signatures, replace(model.signatures[0], subgraph=2))))


def test_a_subgraph_that_another_operator_runs_too_stays():
    model = branch()
    stays(changed(model, 0, operators=model.subgraphs[0].operators * 2))


def test_called_subgraphs():
    assert called_subgraphs(operator(loop())) == (1, 2)
    assert called_subgraphs(operator(branch())) == (1, 2)
    assert called_subgraphs(operator(fully_connected())) == ()
    assert called_subgraphs(replace(operator(loop()), options=None)) == ()
