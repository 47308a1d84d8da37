"""Estimates of planned models: sums of their operators' times."""

from dataclasses import replace

import pytest

from kernels.int8 import FLOAT, HYBRID
from quant.latency import estimated_ms
from quant.operator_latency import operator_ms
from quant.plan import plan_model
from quant.recipe import Recipe
from tests.control_flow_models import loop
from tests.float_models import fully_connected, lstm, tied_embedding


def estimate(model, **recipe):
    return estimated_ms(model, plan_model(model, Recipe(**recipe)))


def test_of_one_operator():
    model = fully_connected(256, 512)
    one = model, model.subgraphs[0], model.subgraphs[0].operators[0]
    assert estimate(model) == operator_ms(*one, HYBRID, "litert")
    assert estimate(model, scheme="float") == operator_ms(*one, FLOAT, "litert")
    assert estimate(model) < estimate(model, scheme="float")


def test_weight_only_takes_as_long_as_float():
    model = fully_connected(256, 512)
    weight_only = estimate(model, scheme="weight_only_int8")
    assert weight_only == pytest.approx(estimate(model, scheme="float"), rel=0.2)


def test_a_loop_counts_as_often_as_it_turns():
    model = loop()
    plan = plan_model(model)
    per_subgraph = [
        sum(operator_ms(model, g, o, FLOAT, "litert") for o in g.operators) for g in model.subgraphs
    ]
    plan = replace(plan, constants=())
    main, condition, body = per_subgraph
    assert estimated_ms(model, plan) == pytest.approx(main + 3 * (condition + body))


@pytest.mark.parametrize("model", [lstm(), tied_embedding()], ids=["lstm", "tied"])
def test_several_weights_of_one_operator(model):
    assert 0 < estimate(model) <= estimate(model, scheme="float") * 2


def test_a_target_that_was_not_measured():
    assert estimate(fully_connected(), target_runtime="tflite_micro") == 0.0
