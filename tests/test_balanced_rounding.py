"""Which weights are rounded so that their errors cancel, and how far that goes in a model."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.constant import constant
from quant.apply import quantize_weights
from quant.balanced_rounding import balanced, balanced_weights, rows_of
from quant.constants import find_constants
from quant.plain_balance import Rows
from quant.plan import plan_model
from quant.recipe import Recipe
from quant.rounding import AUTO, BALANCED, NEAREST
from quant.weights import Encoding, store_weight
from tests.control_flow_models import loop
from tests.float_models import SINGLE_OPERATORS, convolution, depthwise, normal, tied_embedding

LINEAR_MODELS = (
    *("fully connected", "convolution", "grouped convolution"),
    *("depthwise convolution", "transpose convolution"),
)


@pytest.mark.parametrize("name", SINGLE_OPERATORS)
def test_weights_of_linear_operators(name):
    assert len(balanced_weights(SINGLE_OPERATORS[name])) == (name in LINEAR_MODELS)


def test_weights_that_another_operator_reads_and_those_of_loops_stay():
    assert not balanced_weights(tied_embedding())
    called = {e.buffer for e in plan_model(loop()).constants if e.subgraph}
    assert called
    assert not called & set(balanced_weights(loop()))


@pytest.mark.parametrize(
    ("model", "encoding", "rows"),
    [
        (convolution(normal("w", 16, 3, 3, 8), 8), Encoding("INT8", 0), Rows(16, 72, 8, 72, 1, 1)),
        (convolution(normal("w", 16, 3, 3, 8), 8), Encoding("INT8"), Rows(16, 72, 8, 72, 1, 0)),
        (depthwise(24), Encoding("INT8", 3), Rows(24, 9, 1, 1, 24, 1)),
        (SINGLE_OPERATORS["fully connected"], Encoding("INT4", 0, 16), Rows(120, 16, 16, 16, 1, 1)),
        (SINGLE_OPERATORS["fully connected"], Encoding("FLOAT16"), None),
        (SINGLE_OPERATORS["fully connected"], Encoding("INT8", 1), None),
    ],
)
def test_errors_of_each_row_cancel(model, encoding, rows):
    ((buffer, linear),) = balanced_weights(model).items()
    (found,) = (each for each in find_constants(model) if each.buffer == buffer)
    s, t = found.tensors[0]
    weight = constant(model, model.subgraphs[s].tensors[t])
    assert rows_of(weight.shape, encoding, linear) == rows
    stored = store_weight(weight, encoding, "w")
    made = balanced(weight, stored, linear)
    if rows is None:
        assert made is stored
        return
    assert np.abs(made.values).max() <= np.abs(stored.values).max()
    assert stored.sqnr_db - 2 < made.sqnr_db <= stored.sqnr_db
    per_row = replace(rows, rows=1)
    assert per_row.count == weight.size // rows.rows


def stored(model, recipe, rounding):
    weights = quantize_weights(model, plan_model(model, recipe), rounding=rounding)
    return {buffer: weight.values.tobytes() for buffer, weight in weights.items()}


@pytest.mark.parametrize(
    ("recipe", "as_balanced"),
    [
        (Recipe(), False),
        (Recipe(scheme="int4"), True),
        (Recipe(scheme="weight_only_int8", target_runtime="tflite_micro"), True),
    ],
)
def test_auto_balances_int4_and_weights_with_one_scale(recipe, as_balanced):
    model = SINGLE_OPERATORS["fully connected"]
    each = {r: stored(model, recipe, r) for r in (AUTO, BALANCED, NEAREST)}
    assert each[BALANCED] != each[NEAREST]
    assert each[AUTO] == each[BALANCED if as_balanced else NEAREST]
