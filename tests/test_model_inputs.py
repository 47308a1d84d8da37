import numpy as np
import pytest

from kernels.errors import DataError
from kernels.model import Tensor
from kernels.signatures import signatures_of
from quant.model_inputs import as_input, input_tensors
from tests.dense_model import FEATURES, dense_model

F, I8, S = "FLOAT32", "INT8", "STRING"


def test_inputs_by_name():
    model = dense_model()
    (signature,) = signatures_of(model).values()
    found = input_tensors(model, signature)
    assert {name: tensor.shape for name, tensor in found.items()} == {"x": (1, FEATURES)}


@pytest.mark.parametrize(
    ("value", "kind", "shape", "expected"),
    [
        ([[1, 2]], F, (1, 2), [[1, 2]]),
        ([1, 2], F, (1, 2), [[1, 2]]),
        (np.float64([[1.5, 2]]), F, (1, 2), [[1.5, 2]]),
        (np.uint8([[[1], [2]]]), F, (1, 2, 1), [[[1], [2]]]),
        (np.uint8([[1, 2]]), F, (1, 2, 1), [[[1], [2]]]),
        (np.ones((3, 2), np.float32), F, (1, 2), np.ones((3, 2))),
        ([True, False], I8, (1, 2), [[1, 0]]),
        ([[b"a"]], S, (1, 1), [[b"a"]]),
    ],
)
def test_values_that_fit(value, kind, shape, expected):
    if kind == S:
        value = np.array(value, object)
    found = as_input(value, Tensor("x", kind, shape), "x")
    assert found.tolist() == np.asarray(expected).tolist()
    assert kind == S or found.dtype == {F: np.float32, I8: np.int8}[kind]


def test_free_dimensions():
    tensor = Tensor("x", F, (1, 1), shape_signature=(-1, -1))
    assert as_input([1, 2, 3], tensor, "x").shape == (1, 3)


@pytest.mark.parametrize(
    ("value", "kind", "problem"),
    [
        ([1, 2, 3], F, r"here has shape \(3,\)"),
        (np.ones((1, 1, 2, 1)), F, "here has shape"),
        ([[1], [2, 3]], F, "here is no array"),
        (["a", "b"], F, "here has <U1 values"),
        ([1j, 2j], F, "here has complex128"),
        ([1.5, 2], I8, "here has float64 values; the model takes int8"),
        ([200, 2], I8, "here has int64 values; the model takes int8"),
    ],
)
def test_values_that_do_not(value, kind, problem):
    with pytest.raises(DataError, match=problem):
        as_input(value, Tensor("x", kind, (1, 2)), "here")
