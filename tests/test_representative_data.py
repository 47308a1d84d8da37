import numpy as np
import pytest

from kernels.errors import DataError, InputError
from quant.calibration import calibrate
from quant.evaluation_data import EvaluationData, Normalization
from quant.representative_data import representative_data
from tests.build_model import Operation, graph, tensor
from tests.dense_model import FEATURES, dense_model, write_samples
from tests.image_files import pixels, write_image

MODEL = dense_model()
X = np.random.default_rng(1).normal(size=(5, FEATURES)).astype(np.float32)


def two_inputs(batch=1):
    a, b, y = (tensor(name, (batch, 2)) for name in ("a", "b", "y"))
    return graph([Operation("ADD", [a, b], [y])], [a, b], [y])


def tflite_style():
    for row in X:
        yield [row[np.newaxis]]


SOURCES = {
    "array": X,
    "list of arrays": [*X],
    "function": tflite_style,
    "generator": tflite_style(),
    "mappings": [{"x": row} for row in X],
    "signature keys": [("serving_default", {"x": row}) for row in X],
    "float64": X.astype(np.float64),
    "evaluation data": EvaluationData({"x": X}, np.zeros(5)),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_samples_are_inputs_of_one_run(source):
    found = [*representative_data(source, MODEL)]
    assert [{name: value.dtype for name, value in sample.items()} for sample in found] == [
        {"x": np.float32}
    ] * 5
    np.testing.assert_array_equal([sample["x"] for sample in found], X[:, np.newaxis])


@pytest.mark.parametrize("source", [X, tflite_style, EvaluationData({"x": X})])
def test_they_can_be_gone_through_again_and_limited(source):
    data = representative_data(source, MODEL, limit=3)
    assert len([*data]) == len([*data]) == 3


def test_a_generator_is_used_up():
    data = representative_data(tflite_style(), MODEL)
    assert len([*data]) == 5
    with pytest.raises(DataError, match=r"used up.*\n.*function"):
        next(iter(data))


def test_files_and_folders(tmp_path):
    path = write_samples(tmp_path, 4)
    assert (
        calibrate(MODEL, representative_data(path, MODEL)).keys()
        == calibrate(MODEL, representative_data(str(path), MODEL, limit=1)).keys()
    )
    write_image(tmp_path / "images" / "1.png", pixels(1, 4, 4))
    x, y = tensor("x", (1, 2, 2, 3)), tensor("y", (1, 2, 2, 3))
    model = graph([Operation("RELU", [x], [y])], [x], [y])
    (sample,) = representative_data(
        tmp_path / "images", model, normalization=Normalization(0, 255), resize="resize"
    )
    assert sample["x"].shape == (1, 2, 2, 3)
    assert 0 <= sample["x"].min() <= sample["x"].max() <= 1


def test_several_inputs_come_in_order_or_by_name():
    one, two = np.float32([1, 2]), np.float32([3, 4])
    for item in ([one, two], (one, two), {"b": two, "a": one}):
        (sample,) = representative_data([item], two_inputs())
        np.testing.assert_array_equal(sample["a"], [one])
        np.testing.assert_array_equal(sample["b"], [two])


def test_samples_of_other_signatures_are_left_out():
    items = [("train", {"other": 1}), ("serving_default", {"x": X[0]})]
    assert len([*representative_data(items, MODEL, "serving_default")]) == 1
    with pytest.raises(InputError, match="no signature 'train'"):
        representative_data(items, MODEL, "train")


def test_a_fixed_batch_is_filled():
    rows = {"a": X[:, :2], "b": X[:, :2]}
    found = [*representative_data(EvaluationData(rows), two_inputs(batch=2))]
    assert [sample["a"].shape for sample in found] == [(2, 2), (2, 2)]
    with pytest.raises(DataError, match="do not fill a batch of 8"):
        [*representative_data(EvaluationData(rows), two_inputs(batch=8))]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (3, "a int is no representative data"),
        ([X[0], X[0][:5]], "sample 1, input 'x' has shape"),
        ([[X[0], X[0]]], "sample 0 has 2 arrays; the model has 1 inputs"),
        ([{"y": X[0]}], r"sample 0 has \['y'\]; the model's inputs are \['x'\]"),
        ([[None]], "sample 0, input 'x'"),
    ],
)
def test_sources_that_do_not_serve(source, problem):
    with pytest.raises(DataError, match=problem):
        [*representative_data(source, MODEL)]
