import numpy as np
import pytest

from kernels.interpreter import Interpreter
from quant.evaluation_data import EvaluationData
from tests import shared
from tests.dense_model import FEATURES, write_dense_model
from tools import results
from tools.measured_models import MODELS, Incumbents

UNLABELLED = results.Measurement(
    "tiny", Incumbents(500, 450, 40.0, 39.0), 1000, 400, 16, None, None, None, 0.0, 2e-7
)


def test_a_row_has_every_column_and_a_dash_for_what_is_not_known():
    cells = UNLABELLED.row().strip("|\n ").split(" | ")
    assert len(cells) == len(results._COLUMNS)
    assert cells[:6] == ["tiny", "1,000", "500", "450", "**400**", "2.50"]
    assert cells[6:9] == ["-", "-", "-"]


def test_the_page_has_a_row_for_each_model():
    page = results.table([UNLABELLED, UNLABELLED])
    assert page.count("| tiny |") == 2
    assert len({line.count("|") for line in page.splitlines() if line.startswith("|")}) == 1


def test_difference_from_litert(tmp_path):
    pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")
    file = write_dense_model(tmp_path)
    x = np.random.default_rng(0).standard_normal((3, FEATURES)).astype(np.float32)
    samples = EvaluationData({"x": x})
    assert results.litert_difference(file, Interpreter(file), samples) < 1e-6


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_samples_are_the_same_every_time(model):
    data = shared.path("data")
    one, another = model.samples(data, "x"), model.samples(data, "x")
    assert one.samples == another.samples > 0
    assert np.array_equal(one.inputs["x"], another.inputs["x"])
    assert np.all(np.isfinite(one.inputs["x"]))
