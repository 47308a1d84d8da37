"""Plans: an entry with a reason for every constant."""

import json
from dataclasses import replace

import pytest

from quant.plan import plan_model
from tests.build_model import single_operator, tensor
from tests.control_flow_models import loop
from tests.float_models import (
    SINGLE_OPERATORS,
    fully_connected,
)
from tests.planned import entries


@pytest.mark.parametrize("name", SINGLE_OPERATORS)
def test_every_constant_has_an_entry_with_a_reason(name):
    model = SINGLE_OPERATORS[name]
    constants = {
        tensor.name
        for subgraph in model.subgraphs
        for tensor in subgraph.tensors
        if len(model.buffers[tensor.buffer])
    }
    plan = plan_model(model)
    assert {entry.name for entry in plan.constants} == constants
    assert all(entry.reason for entry in plan.constants)
    assert any(entry.is_quantized for entry in plan.constants)


def test_model_without_constants():
    model = single_operator("ABS", [tensor("x", (2,))], [tensor("y", (2,))])
    assert plan_model(model).constants == ()


def test_weights_in_the_body_of_a_loop():
    entry = entries(loop())["w"]
    assert (entry.subgraph, entry.reason) == (2, "quantized int8 per-channel axis 0")


def test_json_is_readable():
    plan = plan_model(fully_connected())
    given = json.loads(plan.to_json())
    assert given["target_runtime"] == "litert"
    weight = next(each for each in given["constants"] if each["name"] == "w")
    assert weight["reason"] == "quantized int8 per-channel axis 0"
    assert weight["consumers"] == [
        {
            "subgraph": 0,
            "operator": 0,
            "name": "FULLY_CONNECTED",
            "operand": 1,
            "delivery": "hybrid",
        }
    ]


def test_bytes_of_the_model_are_not_read():
    model = fully_connected()
    nan = (b"", *(b"\xff" * len(buffer) for buffer in model.buffers[1:]))
    assert plan_model(replace(model, buffers=nan)) == plan_model(model)
