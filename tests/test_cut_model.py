"""Parts of a model."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from quant.cut_model import CUT, argument, can_cut, cut_model, live_tensors
from tests.build_model import Operation, graph, tensor
from tests.float_models import SINGLE_OPERATORS, normal


def chain():
    """y = relu(x w) + x, with what the first operator reads needed again at the end."""
    x, w, b = tensor("x", (2, 4)), normal("w", 4, 4), normal("b", 4)
    h, r, y = (tensor(name, (2, 4)) for name in "hry")
    operations = [
        Operation("FULLY_CONNECTED", [x, w, b], [h]),
        Operation("RELU", [h], [r]),
        Operation("ADD", [r, x], [y]),
    ]
    return graph(operations, [x], [y])


MODEL = chain()
GRAPH = MODEL.subgraphs[0]


def named(*names):
    found = {t.name: i for i, t in enumerate(GRAPH.tensors)}
    return tuple(sorted(found[name] for name in names))


@pytest.mark.parametrize(("position", "names"), [(0, "x"), (1, "xh"), (2, "xr"), (3, "y")])
def test_live_tensors(position, names):
    assert live_tensors(GRAPH, position) == named(*names)
    assert can_cut(GRAPH, position)


@pytest.mark.parametrize("position", [1, 2])
def test_two_parts_compute_the_whole(position):
    x = np.float32(np.random.default_rng(0).normal(size=(2, 4)))
    between = live_tensors(GRAPH, position)
    given, made = named("x"), [t for t in between if t not in named("x")]
    first = cut_model(MODEL, 0, slice(0, position), given, made)
    values = {argument(given[0]): x} | Interpreter(first).invoke(CUT, **{argument(given[0]): x})
    second = cut_model(MODEL, 0, slice(position, None), between, GRAPH.outputs)
    (result,) = Interpreter(second).invoke(CUT, **values).values()
    (whole,) = Interpreter(MODEL).invoke(x=x).values()
    np.testing.assert_array_equal(result, whole)


def test_a_state_is_not_cut():
    lstm = SINGLE_OPERATORS["lstm"].subgraphs[0]
    assert can_cut(lstm, 0)
    assert can_cut(lstm, 1)
    twice = type(lstm)(lstm.tensors, lstm.inputs, lstm.outputs, lstm.operators * 2)
    assert not can_cut(twice, 1)
