"""Outputs of two models: sums over samples, in real values."""

import numpy as np
import pytest

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from quant.output_error import output_errors
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.build_model import Operation, graph, tensor
from tests.dense_model import FEATURES, dense_model

ROWS = np.random.default_rng(3).standard_normal((12, FEATURES)).astype(np.float32)
SAMPLES = [{"x": row[np.newaxis]} for row in ROWS]


def other(name, output, shape=(1, FEATURES)):
    x, y = tensor(name, (1, FEATURES)), tensor(output, shape)
    return graph([Operation("NEG", [x], [y])], [x], [y])


def test_codes_stand_for_real_values():
    before = dense_model()
    after = quantize(before, Recipe(scheme="full_integer", io="int8"), SAMPLES).model
    run = Interpreter(after)
    assert run.model.subgraphs[0].tensors[run.signature().inputs["x"]].type == "INT8"
    (found,) = output_errors(Interpreter(before), run, SAMPLES)
    assert 15 < found.sqnr_db < 60
    assert 0 < found.rmse <= found.largest
    assert found.shape == (1, 4)


@pytest.mark.parametrize("names", [("z", "y"), ("x", "z")])
def test_models_with_other_arguments_are_not_compared(names):
    with pytest.raises(DataError, match="'z'"):
        output_errors(Interpreter(dense_model()), Interpreter(other(*names)), SAMPLES)


def test_shapes_must_agree():
    with pytest.raises(DataError, match="output 'y'"):
        output_errors(Interpreter(dense_model()), Interpreter(other("x", "y")), SAMPLES)


def test_samples_are_needed():
    run = Interpreter(dense_model())
    with pytest.raises(DataError, match="no samples"):
        output_errors(run, run, [])
