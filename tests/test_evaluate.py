import numpy as np
import pytest

from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from quant.evaluate import evaluate
from quant.evaluation_data import EvaluationData
from quant.quantizer import quantize
from quant.sample_outputs import BATCH, sample_outputs
from tests.dense_model import FEATURES, dense_model

X = np.random.default_rng(3).standard_normal((BATCH + 3, FEATURES)).astype(np.float32)


def data(**labels):
    return EvaluationData({"x": X}, **labels)


def test_both_models_are_measured():
    original = dense_model()
    quantized = Interpreter(quantize(original).model)
    labels = np.argmax(sample_outputs(Interpreter(original), data()), axis=-1)
    found = evaluate(quantized, data(labels=labels), "top1", Interpreter(original))
    assert found.float_value == 1.0
    assert found.value > 0.8
    assert found.drop == pytest.approx(1.0 - found.value)
    assert 25 < found.output_sqnr_db < 60


def test_equal_outputs_have_no_finite_sqnr():
    same = Interpreter(dense_model())
    assert evaluate(same, data(), "agreement", same).output_sqnr_db is None


@pytest.mark.parametrize(
    ("metric", "output", "error", "problem"),
    [
        ("top2", None, RecipeError, "unknown metric 'top2'"),
        ("top1", "z", RecipeError, "none named 'z'"),
        ("top1", None, DataError, "has none"),
        ("cosine", None, DataError, "compares with the float model"),
    ],
)
def test_what_cannot_be_measured_is_said(metric, output, error, problem):
    with pytest.raises(error, match=problem):
        evaluate(Interpreter(dense_model()), data(), metric, output=output)
