import io

import numpy as np
import pytest
from PIL import Image

from kernels.errors import DataError, RecipeError
from kernels.model import Tensor
from quant.evaluation_data import Normalization
from quant.tfrecord_samples import read_tfrecord
from tests.image_files import pixels
from tests.tfrecord_files import record, write_examples

X = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
FLOATS = {"x": Tensor("x", "FLOAT32", (1, 2, 2))}
PICTURES = {"image": Tensor("image", "FLOAT32", (1, 6, 8, 3))}


def png(image):
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()


def written(tmp_path, *examples):
    return write_examples(tmp_path / "x.tfrecord", examples)


def typed(kind, shape, **more):
    return {"x": Tensor("x", kind, shape, **more)}


@pytest.mark.parametrize("key", ["x", "pixels"])
def test_floats_and_labels(tmp_path, key):
    path = written(tmp_path, *({key: x, "y": np.int64([n])} for n, x in enumerate(X)))
    data = read_tfrecord(path, {"pixels": FLOATS["x"]})
    np.testing.assert_array_equal(data.inputs["pixels"][:], X)
    np.testing.assert_array_equal(data.inputs["pixels"][1:2], X[1:2])
    assert data.labels.tolist() == [0, 1, 2]
    assert data.samples == 3


def test_several_inputs_no_labels_and_a_limit(tmp_path):
    path = written(tmp_path, *({"a": x, "b": x + 1} for x in X))
    data = read_tfrecord(path, {"a": FLOATS["x"], "b": FLOATS["x"]}, limit=2)
    np.testing.assert_array_equal(data.inputs["b"][:], X[:2] + 1)
    assert data.labels is None


def test_images_are_decoded(tmp_path):
    path = written(tmp_path, *({"image": png(pixels(n)), "class": np.int64([n])} for n in (4, 5)))
    data = read_tfrecord(path, PICTURES, "class", Normalization(0, 255))
    expected = np.stack([pixels(4), pixels(5)]).astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(data.inputs["image"][:], expected)
    assert data.labels.tolist() == [4, 5]


@pytest.mark.parametrize(
    ("inputs", "value", "expected"),
    [
        (typed("FLOAT32", (1, 2, 2)), X[1].tobytes(), X[1]),
        (typed("FLOAT32", (1, 2, 2)), b"\1\2\3\4", [[1, 2], [3, 4]]),
        (typed("INT8", (1, 2, 2)), np.int64([-1, 2, 3, 4]), [[-1, 2], [3, 4]]),
        (typed("INT64", (1, 1)), np.int64([7]).tobytes(), [7]),
        (typed("STRING", (1, 2)), [b"a", b""], [b"a", b""]),
        (typed("FLOAT32", (1, 1, 2), shape_signature=(1, -1, 2)), X[1], X[1].reshape(2, 2)),
    ],
)
def test_values_have_the_shape_of_the_input(tmp_path, inputs, value, expected):
    (found,) = read_tfrecord(written(tmp_path, {"x": value}), inputs).inputs["x"][:]
    np.testing.assert_array_equal(found, np.asarray(expected, found.dtype))


def test_labels_of_several_numbers(tmp_path):
    path = written(tmp_path, *({"x": x, "y": x.reshape(-1)} for x in X))
    np.testing.assert_array_equal(read_tfrecord(path, FLOATS).labels, X.reshape(3, 4))


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        ([{"image": X[0]}], r"record 0 of .* has no feature 'x'; it has \['image'\]"),
        ([{"x": X}], "has 12 values"),
        ([{"x": b"abc"}], "has 3 bytes"),
        ([{"x": [b"", b""]}], "2 byte strings"),
        ([{"x": X[0], "y": b"cat"}], "label 'y' in record 0 of .* is bytes"),
        ([{"x": X[0], "y": np.int64([1])}, {"x": X[0]}], "record 1 of .* has no feature 'y'"),
        ([{"x": X[0], "y": X[0]}, {"x": X[0], "y": X[0][0]}], "different lengths"),
        ([{"x": X[0]}, {}], "record 1 of .* has no feature 'x'"),
    ],
)
def test_examples_that_do_not_serve(tmp_path, examples, problem):
    with pytest.raises(DataError, match=problem):
        read_tfrecord(written(tmp_path, *examples), FLOATS).inputs["x"][:]


def test_different_shapes_do_not_run_together(tmp_path):
    path = written(tmp_path, {"x": X[0]}, {"x": X[:2]})
    inputs = typed("FLOAT32", (1, 1, 2), shape_signature=(-1, -1, 2))
    rows = read_tfrecord(path, inputs).inputs["x"]
    assert rows[1:].shape == (1, 4, 2)
    with pytest.raises(DataError, match="different shapes"):
        rows[:]


def test_records_of_something_else(tmp_path):
    path = tmp_path / "x.tfrecord"
    path.write_bytes(record(b"no example"))
    with pytest.raises(DataError, match=r"no tf\.train\.Example"):
        read_tfrecord(path, FLOATS)


def test_an_unknown_resize(tmp_path):
    with pytest.raises(RecipeError, match="unknown resize"):
        read_tfrecord(written(tmp_path, {"x": X[0]}), FLOATS, resize="stretch")
