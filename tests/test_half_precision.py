"""Small weights as float16: where that holds them, and makes the file smaller."""

import numpy as np
import pytest

from kernels.int8 import TARGET_RUNTIMES
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sqnr import sqnr_db
from tests.build_model import constant
from tests.float_models import fully_connected
from tests.planned import entries

ROWS, COLUMNS = 8, 100


def model(values):
    return fully_connected(ROWS, COLUMNS, constant("w", values.astype(np.float32)))


def normal(scale):
    return np.random.default_rng(0).normal(size=(ROWS, COLUMNS)) * scale


@pytest.mark.parametrize(
    ("values", "scheme"),
    [
        (normal(1.0), "float16"),
        (normal(1e-3), "float16"),
        (normal(1e-7), "float"),
        (normal(1e5), "float"),
        (np.where(normal(1) > 2, np.inf, normal(1)), "float"),
        (np.where(normal(1) > 2, np.nan, normal(1)), "float"),
    ],
    ids=["usual", "small", "subnormal", "too large", "Inf", "NaN"],
)
def test_values(values, scheme):
    assert entries(model(values), min_saving=1)["w"].scheme == scheme


@pytest.mark.parametrize("target", TARGET_RUNTIMES)
def test_targets(target):
    scheme = entries(model(normal(1)), min_saving=1, target_runtime=target)["w"].scheme
    assert scheme == ("float" if target == "tflite_micro" else "float16")


def test_scheme_int4_has_it_too():
    assert entries(model(normal(1)), min_saving=1, scheme="int4")["w"].scheme == "float16"


def test_kept_float_stays():
    assert entries(model(normal(1)), min_saving=1, keep_float=("w",))["w"].scheme == "float"


def test_no_error_to_speak_of():
    values = normal(1.0).astype(np.float32)
    stored = quantize(model(values), Recipe(min_saving=1.0)).model
    tensor = stored.subgraphs[0].tensors[1]
    half = np.frombuffer(stored.buffers[tensor.buffer], np.float16).reshape(values.shape)
    assert sqnr_db(values, half.astype(np.float32)) > 70
