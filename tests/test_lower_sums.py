"""A product and the ADD after it as one, by every instruction set of this machine."""

import numpy as np
import pytest

from kernels.isa import CHOICE
from tests.build_model import Operation, constant, graph, tensor
from tests.hybrid import FLOAT, PER_CHANNEL, PER_TENSOR, activations, weight
from tests.tiles import USABLE, assert_flat_equals_plain

COLUMNS = 96
"""Made by two sizes of tile."""
RELU = {"fused_activation_function": 1}


@pytest.fixture(params=USABLE, autouse=True)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


def model(first, kind, weight_shape, x, made, options, swapped=False, other=None, add=RELU):
    rng = np.random.default_rng(5)
    weights, _ = weight(rng, "w", weight_shape, kind)
    bias = constant("b", rng.standard_normal(weight_shape[0]).astype(np.float32))
    given, between = tensor("x", x), tensor("p", made)
    addend, total = other or tensor("a", made), tensor("y", made)
    pair = [addend, between] if swapped else [between, addend]
    operations = [
        Operation(first, [given, weights, bias], [between], options, version=5),
        Operation("ADD", pair, [total], add),
    ]
    inputs = [given] if other else [given, addend]
    return graph(operations, inputs, [total])


def feeds(*shapes):
    rng = np.random.default_rng(6)
    return [activations(rng, *shape) for shape in shapes]


def kernels(interpreter):
    (attempts,) = interpreter._machine.attempts.values()
    return {item.kernel.partition(".")[0] for item in attempts[0].segment.code}


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL, PER_TENSOR])
def test_convolutions(kind, swapped, request):
    x, made = (2, 5, 4, 7), (2, 5, 4, COLUMNS)
    for size in (1, 3):
        options = {"padding": "SAME", "stride_h": 1, "stride_w": 1, "fused_activation_function": 3}
        built = model("CONV_2D", kind, (COLUMNS, size, size, 7), x, made, options, swapped)
        fed = feeds(x, made)
        fed[1][0, 0, 0, :3] = np.nan, np.inf, -np.inf
        interpreter = assert_flat_equals_plain(built, *fed)
        assert kernels(interpreter) == {request.node.callspec.params["isa"]}


@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL])
def test_fully_connected(kind, request):
    built = model("FULLY_CONNECTED", kind, (COLUMNS, 30), (9, 30), (9, COLUMNS), {}, add={})
    interpreter = assert_flat_equals_plain(built, *feeds((9, 30), (9, COLUMNS)))
    assert kernels(interpreter) == {request.node.callspec.params["isa"]}


def test_what_is_not_of_the_same_shape_is_added_afterwards():
    made = (9, COLUMNS)
    row = constant("a", np.linspace(-1, 1, COLUMNS, dtype=np.float32))
    built = model("FULLY_CONNECTED", FLOAT, (COLUMNS, 30), (9, 30), made, {}, other=row)
    assert kernels(assert_flat_equals_plain(built, *feeds((9, 30)))) > {"arithmetic"}
