"""The table of what keeps accuracy: its shape, and the models that it measures."""

import numpy as np

from kernels.interpreter import Interpreter
from kernels.tflite.writer import model_bytes
from quant.evaluation_data import EvaluationData
from tests.build_model import Operation, graph, tensor
from tests.float_models import feeds, fully_connected, normal
from tests.layered_models import IMAGE, SCALABLE
from tools.accuracy_table import SCHEMES, STEPS, Row, measure, spoiled, table, without_softmax

LAYERS = SCALABLE["two convolutions"][0]


def test_a_row_for_each_scheme_and_a_cell_for_each_step():
    images = np.random.default_rng(0).normal(size=(6, *IMAGE[1:])).astype(np.float32)
    rows = measure("layers", LAYERS, EvaluationData({"x": images}))
    assert [row.scheme for row in rows] == list(SCHEMES)
    assert {len(row.cells) for row in rows} == {len(STEPS)}
    page = table(rows)
    assert page.count("| layers |") == len(SCHEMES)
    assert len({line.count("|") for line in page.splitlines() if line.startswith("|")}) == 1


def test_accuracies_are_shown_where_there_are_labels():
    row = Row("m", "s", 0.9, [(30.04, 0.875)])
    assert row.text() == "| m | 0.900 | 30.0, 0.875 |\n"
    assert Row("m", "s", None, [(30.06, None)]).text() == "| m | - | 30.1 |\n"


def test_a_spoiled_model_computes_the_same():
    made = spoiled(LAYERS)
    assert model_bytes(made) != model_bytes(LAYERS)
    (x,) = feeds(LAYERS)
    results = [Interpreter(model).invoke(x=x)["y"] for model in (LAYERS, made)]
    np.testing.assert_array_equal(*results)


def test_a_last_softmax_is_left_out():
    x, h, y = tensor("x", (1, 8)), tensor("h", (1, 4)), tensor("y", (1, 4))
    operations = [
        Operation("FULLY_CONNECTED", [x, normal("w", 4, 8), None], [h], {}),
        Operation("SOFTMAX", [h], [y], {"beta": 1.0}),
    ]
    cut = without_softmax(graph(operations, [x], [y]))
    assert [operator.name for operator in cut.subgraphs[0].operators] == ["FULLY_CONNECTED"]
    value = Interpreter(cut).invoke(x=np.ones((1, 8), np.float32))["y"]
    assert not np.isclose(value.sum(), 1)
    assert without_softmax(fully_connected()) == fully_connected()
