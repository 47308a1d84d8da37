"""What LiteRT makes of files, beside the float model's outputs and our runtime's."""

import numpy as np
import pytest

from kernels.tflite.writer import write_model
from quant.evaluation_data import EvaluationData
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sqnr import sqnr_db
from tests.float_models import fully_connected
from tools.results.fidelity import litert_difference, measure_files, outputs_of

pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")

MODEL = fully_connected(10, 48)


@pytest.fixture
def files(tmp_path):
    made = {"float": MODEL, "int4": quantize(MODEL, Recipe(scheme="int4", min_elements=0)).model}
    for kind, model in made.items():
        write_model(model, tmp_path / f"{kind}.tflite")
    return {kind: tmp_path / f"{kind}.tflite" for kind in made}


def samples(labelled=True):
    x = np.random.default_rng(0).standard_normal((40, 48)).astype(np.float32)
    return EvaluationData({"x": x}, np.zeros(40, int) if labelled else None)


def test_each_file_is_measured_against_the_first(files):
    found = measure_files(files, samples())
    assert found["float"].sqnr_db is None
    assert found["int4"].bytes == files["int4"].stat().st_size < found["float"].bytes
    reference, value = (outputs_of(files[kind], samples())["y"] for kind in files)
    assert found["int4"].sqnr_db == pytest.approx(sqnr_db(reference, value))
    expected = np.mean(np.argmax(reference, axis=1) == 0)
    assert found["float"].accuracy == pytest.approx(expected)


def test_without_labels_there_is_no_accuracy(files):
    assert measure_files(files, samples(labelled=False))["float"].accuracy is None


def test_our_runtime_computes_what_litert_does(files):
    assert litert_difference(files["int4"], samples()) < 1e-5
