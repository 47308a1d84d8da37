import numpy as np
import pytest

from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from quant.evaluate import Evaluation, Measurement, Score, evaluate, measure_models
from quant.evaluation_data import EvaluationData
from quant.metrics import METRICS
from quant.quantizer import quantize
from quant.sample_outputs import BATCH, sample_outputs
from quant.shard import Shard, part_of
from tests.dense_model import FEATURES, dense_model

X = np.random.default_rng(3).standard_normal((2 * BATCH + 3, FEATURES)).astype(np.float32)


def data(**labels):
    return EvaluationData({"x": X}, **labels)


def evaluated(metrics, samples, quantized, float_model=None, output=None):
    measured = measure_models(metrics, samples, quantized, float_model, output)
    return evaluate(metrics, [measured])


def test_both_models_are_measured_by_several_metrics():
    original = dense_model()
    quantized = Interpreter(quantize(original).model)
    labels = np.argmax(sample_outputs(Interpreter(original), data()), axis=-1)
    found = evaluated(
        ["top1", "cosine", "f1"], data(labels=labels), quantized, Interpreter(original)
    )
    assert [*found.scores] == ["top1", "cosine", "f1"]
    assert found.scores["top1"].float_value == found.scores["f1"].float_value == 1.0
    assert found.scores["top1"].value > 0.8
    assert found.scores["top1"].drop == 1.0 - found.scores["top1"].value
    assert found.scores["cosine"].drop is None
    assert 25 < found.output_sqnr_db < 60


def test_equal_outputs_have_no_finite_sqnr():
    same = Interpreter(dense_model())
    assert evaluated(["agreement"], data(), same, same).output_sqnr_db is None


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_shards_give_the_same_numbers(count):
    original = dense_model()
    models = Interpreter(quantize(original).model), Interpreter(original)
    names = sorted(METRICS.keys() - {"mse"})
    samples = data(labels=np.arange(len(X)) % 4)
    parts = [
        part_of(samples, Shard(number, count).rows(samples.samples, BATCH))
        for number in range(1, count + 1)
    ]
    assert sum(part.samples for part in parts) == len(X)
    measured = [measure_models(names, part, *models) for part in parts]
    assert evaluate(names, measured) == evaluated(names, samples, *models)


def test_an_empty_shard_adds_nothing():
    measured = measure_models(["top1"], part_of(data(), slice(5, 5)), Interpreter(dense_model()))
    assert measured == Measurement(0, {}, {})


def test_json():
    found = Evaluation(3, {"top1": Score(0.5, 0.75, 0.25), "sqnr": Score(20.0)}, 20.0)
    assert Evaluation.from_json(found.to_json()) == found


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
        evaluated([metric], data(), Interpreter(dense_model()), output=output)
