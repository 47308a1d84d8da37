import numpy as np
import pytest

from kernels.errors import DataError
from quant.evaluation_data import Normalization, read_evaluation_data

X = np.arange(12, dtype=np.uint8).reshape(3, 4)
Y = np.array([0, 1, 2])


def npz(tmp_path, **arrays):
    path = tmp_path / "data.npz"
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("key", ["x", "image"])
def test_the_only_input_is_found_under_x_or_its_name(tmp_path, key):
    data = read_evaluation_data(npz(tmp_path, **{key: X, "y": Y}), ["image"])
    assert np.array_equal(data.inputs["image"], X)
    assert np.array_equal(data.labels, Y)
    assert data.samples == 3


def test_several_inputs_and_no_labels(tmp_path):
    data = read_evaluation_data(npz(tmp_path, a=X, b=X + 1), ["a", "b"])
    assert data.labels is None
    assert np.array_equal(data.inputs["b"], X + 1)


def test_normalization_is_float32_arithmetic(tmp_path):
    data = read_evaluation_data(npz(tmp_path, x=X), ["x"], normalization=Normalization(127, 128))
    expected = (X.astype(np.float32) - np.float32(127)) / np.float32(128)
    assert data.inputs["x"].dtype == np.float32
    assert np.array_equal(data.inputs["x"], expected)


def test_limit_takes_the_first_samples(tmp_path):
    data = read_evaluation_data(npz(tmp_path, x=X, y=Y), ["x"], limit=2)
    assert (data.samples, len(data.labels)) == (2, 2)


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"y": Y}, "no array for input 'image'"),
        ({"x": X, "y": Y[:2]}, "different or zero length"),
        ({"x": X[:0], "y": Y[:0]}, "different or zero length"),
    ],
)
def test_arrays_that_do_not_fit_are_named(tmp_path, arrays, problem):
    with pytest.raises(DataError, match=problem):
        read_evaluation_data(npz(tmp_path, **arrays), ["image"])


@pytest.mark.parametrize(
    "content", [None, b"", b"not an npz", b"PK\x03\x04 cut short", b"\x93NUMPY"]
)
def test_files_that_are_no_npz(tmp_path, content):
    path = tmp_path / "data.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"numpy\.savez"):
        read_evaluation_data(path, ["x"])


def test_pickled_objects_are_refused(tmp_path):
    with pytest.raises(DataError, match="no object arrays"):
        read_evaluation_data(npz(tmp_path, x=np.array([{}], object)), ["x"])


def test_a_single_array_is_not_an_archive(tmp_path):
    np.save(tmp_path / "data.npy", X)
    with pytest.raises(DataError, match=r"numpy\.savez"):
        read_evaluation_data(tmp_path / "data.npy", ["x"])
