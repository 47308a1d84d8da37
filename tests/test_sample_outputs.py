import numpy as np
import pytest

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from quant.evaluation_data import EvaluationData
from quant.sample_outputs import BATCH, sample_outputs
from tests.build_model import constant, single_operator, tensor
from tests.dense_model import FEATURES, dense_model

X = np.random.default_rng(3).standard_normal((BATCH + 3, FEATURES)).astype(np.float32)


def data(**labels):
    return EvaluationData({"x": X}, **labels)


def test_every_sample_runs_alone_where_the_batch_is_fixed():
    interpreter = Interpreter(dense_model())
    one_by_one = [interpreter.invoke(x=row[np.newaxis])["y"] for row in X]
    assert np.array_equal(sample_outputs(interpreter, data()), np.concatenate(one_by_one))


def test_a_free_batch_size_runs_in_batches_with_a_rest():
    model = single_operator(
        "ABS",
        [tensor("x", (1, FEATURES), shape_signature=(-1, FEATURES))],
        [tensor("y", (1, FEATURES), shape_signature=(-1, FEATURES))],
    )
    assert np.array_equal(sample_outputs(Interpreter(model), data()), np.abs(X))


def test_a_model_that_folds_a_batch_together_runs_sample_by_sample():
    frozen = constant("shape", np.array([1, -1], np.int32))
    model = single_operator(
        "RESHAPE",
        [tensor("x", (1, 4, 8), shape_signature=(-1, 4, 8)), frozen],
        [tensor("y", (1, FEATURES))],
    )
    samples = EvaluationData({"x": X.reshape(-1, 4, 8)})
    assert np.array_equal(sample_outputs(Interpreter(model), samples), X)


def test_an_output_without_a_batch_dimension_gets_one():
    flat = constant("shape", np.array([FEATURES], np.int32))
    y = [tensor("y", (FEATURES,))]
    model = single_operator("RESHAPE", [tensor("x", (1, FEATURES)), flat], y)
    assert np.array_equal(sample_outputs(Interpreter(model), data()), X)


def test_a_lacking_channel_is_added():
    model = single_operator("ABS", [tensor("x", (1, 2, 1))], [tensor("y", (1, 2, 1))])
    samples = EvaluationData({"x": np.array([[1, -2], [3, 4]], np.int8)})
    assert np.array_equal(sample_outputs(Interpreter(model), samples)[..., 0], [[1, 2], [3, 4]])


def test_samples_must_fill_fixed_batches():
    model = single_operator("ABS", [tensor("x", (2, 3))], [tensor("y", (2, 3))])
    with pytest.raises(DataError, match="do not fill batches of 2"):
        sample_outputs(Interpreter(model), EvaluationData({"x": np.zeros((3, 3), np.float32)}))


@pytest.mark.parametrize("threads", [2, 3, 40])
@pytest.mark.parametrize("batch", [1, -1])
def test_threads_share_the_samples_and_change_nothing(threads, batch):
    kind = {"shape_signature": (batch, FEATURES)}
    x, y = (tensor(name, (1, FEATURES), **kind) for name in "xy")
    model = single_operator("TANH", [x], [y])
    many = EvaluationData({"x": np.concatenate([X] * 9)})
    alone = sample_outputs(Interpreter(model), many)
    assert np.array_equal(sample_outputs(Interpreter(model, num_threads=threads), many), alone)
