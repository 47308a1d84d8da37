"""BATCH_MATMUL by tiles equals its plain kernel to the bit, by every instruction set of this
machine."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.isa import CHOICE
from tests import full_integer
from tests.build_model import constant, single_operator, tensor
from tests.hybrid import PER_CHANNEL, PER_TENSOR, activations, weight
from tests.tiles import USABLE, assert_flat_equals_plain, is_one_segment

CASES = [  # batches on the left and on the right, m, k, n
    ((), (), 1, 1, 1),
    ((), (), 7, 33, 20),
    ((2, 3), (2, 3), 16, 64, 17),
    ((2, 3), (1, 1), 5, 9, 130),
    ((2, 3), (), 5, 9, 64),
    ((), (4,), 5, 40, 48),
    ((1, 1), (2, 2), 1, 12, 100),
]
ADJOINTS = [(False, False), (False, True), (True, False), (True, True)]


@pytest.fixture(params=USABLE)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


def shapes(case, adj_x, adj_y):
    lefts, rights, m, k, n = case
    batch = np.broadcast_shapes(lefts, rights)
    left, right = ((k, m) if adj_x else (m, k)), ((n, k) if adj_y else (k, n))
    return (*lefts, *left), (*rights, *right), (*batch, m, n)


def model(left, right, shape, adj_x=False, adj_y=False):
    options = {"adj_x": adj_x, "adj_y": adj_y}
    return single_operator("BATCH_MATMUL", [left, right], [tensor("z", shape)], options)


@pytest.mark.parametrize("adjoint", ADJOINTS)
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_floats(case, adjoint):
    rng = np.random.default_rng(0)
    left, right, shape = shapes(case, *adjoint)
    x, y = (rng.standard_normal(size).astype(np.float32) for size in (left, right))
    x.flat[0], y.flat[-1] = np.nan, np.inf
    assert_flat_equals_plain(model(tensor("x", left), tensor("y", right), shape, *adjoint), x, y)
    assert_flat_equals_plain(model(tensor("x", left), constant("y", y), shape, *adjoint), x)


@pytest.mark.parametrize("kind", [PER_TENSOR, PER_CHANNEL])
@pytest.mark.parametrize("adj_y", [False, True])
@pytest.mark.parametrize("case", [case for case in CASES if np.prod(case[1]) == 1], ids=str)
@pytest.mark.usefixtures("isa")
def test_weights_of_bytes(case, adj_y, kind):
    rng = np.random.default_rng(1)
    left, right, shape = shapes(case, False, adj_y)
    axis = len(right) - (2 if adj_y else 1)
    weights, _ = weight(rng, "y", right, kind, axis=axis)
    made = model(tensor("x", left), weights, shape, adj_y=adj_y)
    assert_flat_equals_plain(made, activations(rng, *left))


@pytest.mark.parametrize("options", [{}, {"adj_y": True}])
@pytest.mark.usefixtures("isa")
def test_integers(options):
    weight_shape = (20, 33) if options else (33, 20)
    case = full_integer.Case(
        "BATCH_MATMUL",
        (2, 7, 33),
        weight_shape,
        per_channel=False,
        options=options,
        bias_is="absent",
    )
    built = full_integer.build(case)
    assert_flat_equals_plain(built.model, *built.feeds)


@pytest.mark.parametrize(
    ("left", "right"),
    [((2, 3, 4, 5), (1, 3, 5, 6)), ((2, 0, 5), (5, 6)), ((2, 3, 4), (4, 0))],
)
def test_what_is_left_to_the_plain_kernel(left, right):
    batch = np.broadcast_shapes(left[:-2], right[:-2])
    made = model(tensor("x", left), tensor("y", right), (*batch, left[-2], right[-1]))
    interpreter = Interpreter(made)
    interpreter.invoke(x=np.ones(left, np.float32), y=np.ones(right, np.float32))
    assert not is_one_segment(interpreter)
