"""FULLY_CONNECTED by tiles equals its plain kernel to the bit, by every instruction set of this
machine."""

import numpy as np
import pytest

from kernels.isa import CHOICE
from tests import full_integer
from tests.build_model import single_operator, tensor
from tests.hybrid import FLOAT, PER_CHANNEL, PER_TENSOR, activations, bias, weight
from tests.tiles import USABLE, assert_flat_equals_plain

CASES = [  # x, columns, options
    ((1, 1), 1, {}),
    ((1, 130), 1000, {}),
    ((7, 66), 24, {"fused_activation_function": 1}),
    ((2, 3, 64), 64, {"keep_num_dims": True}),
    ((3, 4, 10), 17, {"fused_activation_function": 3}),
    ((50, 16), 96, {}),
]


@pytest.fixture(params=USABLE)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


def model(x, columns, options, kind, limit=127, with_bias=True):
    rng = np.random.default_rng(3)
    weights, _ = weight(rng, "w", (columns, x[-1]), kind, limit=limit)
    keeps = options.get("keep_num_dims")
    shape = (*x[:-1], columns) if keeps else (int(np.prod(x[:-1])), columns)
    operands = [tensor("x", x), weights, *([bias(rng, "b", columns)] if with_bias else [])]
    made = single_operator("FULLY_CONNECTED", operands, [tensor("y", shape)], options)
    return made, activations(rng, *x)


@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL, PER_TENSOR])
@pytest.mark.parametrize(("x", "columns", "options"), CASES)
@pytest.mark.usefixtures("isa")
def test_floats(x, columns, options, kind):
    made, fed = model(x, columns, options, kind)
    assert_flat_equals_plain(made, fed)
    made, fed = model(x, columns, options, kind, with_bias=False)
    assert_flat_equals_plain(made, fed)


@pytest.mark.usefixtures("isa")
def test_weights_of_four_bits():
    made, fed = model((9, 32), 20, {}, PER_CHANNEL, limit=7)
    assert_flat_equals_plain(made, fed)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL])
@pytest.mark.usefixtures("isa")
def test_what_is_not_finite(kind, bad):
    made, fed = model((9, 32), 20, {"fused_activation_function": 1}, kind)
    fed[4, 5] = bad
    assert_flat_equals_plain(made, fed)


@pytest.mark.parametrize("weight_type", ["INT8", "INT4"])
@pytest.mark.parametrize(("x", "columns", "options"), CASES[1:4])
@pytest.mark.usefixtures("isa")
def test_integers(x, columns, options, weight_type):
    case = full_integer.Case(
        "FULLY_CONNECTED", x, (columns, x[-1]), weight_type=weight_type, options=options
    )
    built = full_integer.build(case)
    assert_flat_equals_plain(built.model, *built.feeds)
