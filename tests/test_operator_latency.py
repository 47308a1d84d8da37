"""The work of operators, how often subgraphs run, and the times that follow."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.device_rates import RATES
from kernels.int8 import DEQUANTIZE, FLOAT, HYBRID, PASS_THROUGH, TARGET_RUNTIMES
from kernels.latency import Rates, Work
from kernels.model import Signature
from quant.operator_latency import MOST_RUNS, kind, operator_ms, subgraph_runs, work
from tests.build_model import constant, graph, tensor, with_subgraphs
from tests.control_flow_models import branch, loop
from tests.float_models import SINGLE_OPERATORS


def first(name):
    model = SINGLE_OPERATORS[name]
    subgraph = model.subgraphs[0]
    return model, subgraph, subgraph.operators[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fully connected", Work(4, 4 * 40 * 48, 4 * 48, 4 * 40, 40 * 48)),
        ("convolution", Work(72, 72 * 1152, 72 * 8, 72 * 16, 1152)),
        ("depthwise convolution", Work(72, 72 * 1152, 72 * 128, 72 * 128, 1152)),
        ("transpose convolution", Work(16, 16 * 1152, 16 * 16, 64 * 8, 1152)),
        ("lstm", Work(6, 6 * 11520, 6 * 32 + 2 * 2 * 40, 6 * 40, 11520)),
    ],
)
def test_work(name, expected):
    assert work(*first(name)) == expected


def test_a_table_is_not_multiplied():
    done = work(*first("gather"))
    assert (done.rows, done.multiply_adds) == (0, 0)
    assert done.made > 0


def test_filters_of_one_tap_are_a_kind_of_their_own():
    _, subgraph, operator = first("convolution")
    assert kind(subgraph, operator) == "CONV_2D"
    tensors = [
        replace(t, shape=(t.shape[0], 1, 1, t.shape[3])) if t.name == "w" else t
        for t in subgraph.tensors
    ]
    assert kind(replace(subgraph, tensors=tuple(tensors)), operator) == "CONV_2D 1x1"
    assert kind(subgraph, replace(operator, name="ADD")) == "ADD"


@pytest.mark.parametrize("name", SINGLE_OPERATORS)
@pytest.mark.parametrize("target", TARGET_RUNTIMES)
def test_every_operator_has_a_time(name, target):
    times = [operator_ms(*first(name), delivery, target) for delivery in (FLOAT, HYBRID)]
    assert all(time > 0 for time in times) is (target in RATES)


def test_milliseconds():
    rates = Rates(1e6, 2e6, 3e6, 4e6, 5e6, 6e6)
    assert rates.milliseconds(Work(1, 10, 100, 1000, 10000)) == 1 + 2 + 30 + 400 + 5000 + 60000


def test_rates_are_of_known_ways():
    for target, operators in RATES.items():
        assert target in TARGET_RUNTIMES
        for deliveries in operators.values():
            assert deliveries.keys() <= {FLOAT, HYBRID, DEQUANTIZE, PASS_THROUGH}
            assert FLOAT in deliveries
            assert all(rate >= 0 for each in deliveries.values() for rate in vars(each).values())


@pytest.mark.parametrize(
    ("model", "runs"), [(loop(), (1, 3, 3)), (branch(), (1, 1, 1))], ids=["loop", "branch"]
)
def test_subgraphs_run(model, runs):
    assert subgraph_runs(model) == runs


def test_every_signature_starts_one():
    x = tensor("x", (1,))
    model = with_subgraphs(graph([], [x], [x]), graph([], [x], [x]), graph([], [x], [x]))
    signatures = (Signature("a", {}, {}, 0), Signature("b", {}, {}, 2))
    assert subgraph_runs(replace(model, signatures=signatures)) == (1, 0, 1)


def test_a_condition_that_compares_with_the_largest_integer():
    model = loop()
    condition = model.subgraphs[1]
    limit = next(t for t in condition.tensors if t.name == "3")
    buffers = list(model.buffers)
    buffers[limit.buffer] = constant("3", np.array([2**31 - 1], np.int32)).data
    assert subgraph_runs(replace(model, buffers=tuple(buffers)))[1:] == (MOST_RUNS, MOST_RUNS)
