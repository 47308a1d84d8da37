"""TensorFlow's options as recipes."""

from enum import Enum
from types import SimpleNamespace

import numpy as np
import pytest

from kernels.errors import RecipeError
from quant.compatible_options import OpsSet, TargetSpec, compatible_recipe
from quant.recipe import Recipe


class TheirOps(Enum):
    INT8 = "TFLITE_BUILTINS_INT8"
    FLEX = "SELECT_TF_OPS"


INT16 = OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
THEIR_INT8 = SimpleNamespace(name="int8")


def recipe(wanted=True, has_data=False, ops=(), types=(), io=(np.float32, np.float32)):
    return compatible_recipe(wanted, has_data, TargetSpec(ops, types), *io)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"wanted": False}, Recipe(scheme="float")),
        ({"wanted": False, "has_data": True}, Recipe(scheme="float")),
        ({}, Recipe()),
        ({"types": [np.int8]}, Recipe()),
        ({"types": [np.float16]}, Recipe(scheme="float16")),
        ({"types": [np.float16], "has_data": True}, Recipe(scheme="float16")),
        ({"has_data": True}, Recipe(scheme="full_integer")),
        ({"has_data": True, "ops": [TheirOps.INT8]}, Recipe(scheme="full_integer")),
        ({"has_data": True, "ops": [INT16]}, Recipe(scheme="int16x8")),
        (
            {"has_data": True, "io": (THEIR_INT8, "int8")},
            Recipe(scheme="full_integer", io="int8"),
        ),
    ],
)
def test_options_mean(options, expected):
    assert recipe(**options) == expected


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"ops": [TheirOps.INT8]}, "there is no data"),
        ({"ops": [TheirOps.FLEX]}, "SELECT_TF_OPS, which this converter does not know"),
        ({"types": ["int4"]}, "supported_types has int4"),
        ({"io": (np.int8, np.int8)}, "activations stay float"),
        ({"has_data": True, "io": (np.int8, np.float32)}, "inference_output_type float32"),
        ({"has_data": True, "io": (np.float64, np.float64)}, "inference_input_type has float64"),
        ({"types": [object()]}, "supported_types has"),
    ],
)
def test_contradictions_are_named(options, says):
    with pytest.raises(RecipeError) as raised:
        recipe(**options)
    assert says in raised.value.problem
    assert raised.value.cure
