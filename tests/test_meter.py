"""What an invocation costs, and where it ends."""

from itertools import pairwise

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.meter import Meter
from kernels.state import State
from tests.build_model import Operation, graph, single_operator, tensor, with_subgraphs


@pytest.mark.parametrize(
    ("limits", "spend", "message"),
    [
        (Limits(loop_iterations=2), lambda m: m.count_iteration(), "ran 2 times, the limit"),
        (Limits(operations=20), lambda m: m.spend(10), "30 operations so far; the limit is 20"),
        (Limits(live_bytes=20), lambda m: m.hold(10), "take 30 bytes at a time; the limit is 20"),
    ],
)
def test_a_limit_is_reached_and_not_gone_beyond(limits, spend, message):
    meter = Meter(limits)
    for _ in range(2):
        spend(meter)
    with pytest.raises(ModelError, match=message):
        spend(meter)
    meter.restart()
    spend(meter)


def test_what_is_let_go_counts_no_more():
    meter = Meter(Limits(live_bytes=20))
    for _ in range(9):
        meter.hold(15)
        meter.hold(-15)
    assert meter.live_bytes == 0


def chain(length):
    """``length`` operators, each of 4000 bytes, of which two are alive at a time."""
    values = [tensor(f"t{i}", (1000,)) for i in range(length + 1)]
    operations = [Operation("ABS", [a], [b]) for a, b in pairwise(values)]
    return graph(operations, values[:1], values[-1:])


def test_dead_values_are_not_held():
    x = np.zeros(1000, np.float32)
    interpreter = Interpreter(chain(9), limits=Limits(live_bytes=8000))
    for _ in range(3):
        interpreter.invoke(t0=x)
    with pytest.raises(ModelError, match="8000 bytes at a time; the limit is 7999"):
        Interpreter(chain(9), limits=Limits(live_bytes=7999)).invoke(t0=x)


def test_values_of_callers_are_held():
    i, end = tensor("i", (1000,)), tensor("end", (1000,))
    inner = graph([Operation("ABS", [i], [end])], [i], [end])
    go = tensor("go", (), "BOOL")
    options = {"then_subgraph_index": 1, "else_subgraph_index": 1}
    model = with_subgraphs(graph([Operation("IF", [go, i], [end], options)], [go, i], [end]), inner)
    fed = {"go": np.bool_(True), "i": np.zeros(1000, np.float32)}
    Interpreter(model, limits=Limits(live_bytes=12_001)).invoke(**fed)
    with pytest.raises(ModelError, match="at a time; the limit is 12000"):
        Interpreter(model, limits=Limits(live_bytes=12_000)).invoke(**fed)


def test_variables_are_held_before_they_are_made():
    state = tensor("state", (1 << 20, 1 << 9), is_variable=True)
    x, y = tensor("x", (1, 1)), tensor("y", (1, 1))
    model = single_operator("ADD", [x, state], [y])
    with pytest.raises(ModelError, match="bytes at a time"):
        Interpreter(model, limits=Limits(live_bytes=1 << 20)).invoke(x=np.zeros((1, 1), np.float32))


def test_assigned_variables():
    state = State(meter=Meter(Limits(live_bytes=20)))
    for _ in range(3):
        state.assign(0, np.zeros(4, np.float32))
    with pytest.raises(ModelError, match="32 bytes at a time"):
        state.assign(1, np.zeros(4, np.float32))


@pytest.mark.parametrize(
    ("operations", "size", "fits"), [(5, 10, True), (6, 0, False), (0, 11, False)]
)
def test_what_is_left(operations, size, fits):
    meter = Meter(Limits(operations=20, live_bytes=30))
    meter.spend(15)
    meter.hold(20)
    assert meter.affords(operations, size) == fits
    assert (meter.operations, meter.live_bytes) == (15, 20)
