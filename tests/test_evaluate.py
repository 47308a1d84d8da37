import numpy as np
import pytest

from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from quant.evaluate import BATCH, evaluate, run
from quant.evaluation_data import EvaluationData
from quant.quantizer import quantize
from tests.build_model import constant, single_operator, tensor
from tests.dense_model import FEATURES, dense_model

X = np.random.default_rng(3).standard_normal((BATCH + 3, FEATURES)).astype(np.float32)


def data(**labels):
    return EvaluationData({"x": X}, **labels)


def test_every_sample_runs_alone_where_the_batch_is_fixed():
    interpreter = Interpreter(dense_model())
    one_by_one = [interpreter.invoke(x=row[np.newaxis])["y"] for row in X]
    assert np.array_equal(run(interpreter, data()), np.concatenate(one_by_one))


def test_a_free_batch_size_runs_in_batches_with_a_rest():
    model = single_operator(
        "ABS",
        [tensor("x", (1, FEATURES), shape_signature=(-1, FEATURES))],
        [tensor("y", (1, FEATURES), shape_signature=(-1, FEATURES))],
    )
    assert np.array_equal(run(Interpreter(model), data()), np.abs(X))


def test_a_model_that_folds_a_batch_together_runs_sample_by_sample():
    frozen = constant("shape", np.array([1, -1], np.int32))
    model = single_operator(
        "RESHAPE",
        [tensor("x", (1, 4, 8), shape_signature=(-1, 4, 8)), frozen],
        [tensor("y", (1, FEATURES))],
    )
    samples = EvaluationData({"x": X.reshape(-1, 4, 8)})
    assert np.array_equal(run(Interpreter(model), samples), X)


def test_an_output_without_a_batch_dimension_gets_one():
    flat = constant("shape", np.array([FEATURES], np.int32))
    y = [tensor("y", (FEATURES,))]
    model = single_operator("RESHAPE", [tensor("x", (1, FEATURES)), flat], y)
    assert np.array_equal(run(Interpreter(model), data()), X)


def test_a_lacking_channel_is_added():
    model = single_operator("ABS", [tensor("x", (1, 2, 1))], [tensor("y", (1, 2, 1))])
    samples = EvaluationData({"x": np.array([[1, -2], [3, 4]], np.int8)})
    assert np.array_equal(run(Interpreter(model), samples)[..., 0], [[1, 2], [3, 4]])


def test_both_models_are_measured():
    original = dense_model()
    quantized = Interpreter(quantize(original).model)
    labels = np.argmax(run(Interpreter(original), data()), axis=-1)
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


def test_samples_must_fill_fixed_batches():
    model = single_operator("ABS", [tensor("x", (2, 3))], [tensor("y", (2, 3))])
    with pytest.raises(DataError, match="do not fill batches of 2"):
        run(Interpreter(model), EvaluationData({"x": np.zeros((3, 3), np.float32)}))
