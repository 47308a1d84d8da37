"""Which weights are too small: the threshold, the saving, the file that must not grow."""

import numpy as np
import pytest

from quant.quantizer import quantize
from tests.build_model import Operation, constant, graph, single_operator, tensor
from tests.float_models import (
    batch_matmul,
    fully_connected,
    normal,
)
from tests.planned import entries, reasons


@pytest.mark.parametrize(("elements", "scheme"), [(1023, "float16"), (1024, "dynamic_range")])
def test_threshold_is_the_converters(elements, scheme):
    model = batch_matmul((2, elements), (elements, 1))
    assert entries(model, min_saving=1)["w"].scheme == scheme


@pytest.mark.parametrize(("min_elements", "scheme"), [(1920, "dynamic_range"), (1921, "float16")])
def test_threshold_is_the_recipes(min_elements, scheme):
    entry = entries(fully_connected(), min_elements=min_elements, min_saving=1)["w"]
    assert entry.elements == 1920
    assert entry.scheme == scheme


def test_a_small_weight_that_is_much_of_the_model_is_quantized():
    reason = entries(fully_connected(8, 64))["w"].reason
    assert reason == (
        "quantized int8 per-channel axis 0; 512 elements, but int8 saves 22 % of the "
        "model's constant bytes more than float16"
    )


def test_a_small_weight_in_a_large_model_becomes_float16():
    model = graph(
        [
            Operation(
                "FULLY_CONNECTED",
                [tensor("x", (1, 1024)), normal("big", 512, 1024), None],
                [tensor("h", (1, 512))],
                {},
            ),
            Operation(
                "FULLY_CONNECTED",
                [tensor("h", (1, 512)), normal("small", 1, 512), None],
                [tensor("y", (1, 1))],
                {},
            ),
        ],
        [tensor("x", (1, 1024))],
        [tensor("y", (1, 1))],
    )
    assert reasons(model)["small"] == (
        "stored float16, dequantized at load: 512 elements < 1024, and int8 saves 0.019 % of the "
        "model's constant bytes more than float16"
    )
    assert entries(model, min_elements=1)["small"].scheme == "dynamic_range"
    micro = reasons(model, target_runtime="tflite_micro")["small"]
    assert micro == (
        "kept float: 512 elements < 1024, and int8 saves 0.062 % of the model's constant bytes"
    )


def test_a_weight_that_would_not_become_smaller_as_int8():
    entry = entries(fully_connected(1500, 1))["w"]
    assert entry.reason == (
        "stored float16, dequantized at load: as int8 with its tables it would not be smaller"
    )
    micro = entries(fully_connected(1500, 1), target_runtime="tflite_micro")["w"]
    assert micro.scheme == "dynamic_range"
    assert entries(fully_connected(15, 1))["w"].scheme == "float"


def added(size=2000):
    """x + a constant of that many elements."""
    x, y = tensor("x", (1, size)), tensor("y", (1, size))
    return single_operator("ADD", [x, normal("positions", 1, size)], [y], {})


def test_a_large_constant_that_no_kernel_takes_as_integers_becomes_float16():
    entry = entries(added())["positions"]
    assert entry.scheme == "float16"
    assert entry.reason == "stored float16, dequantized at load: operand 1 of ADD takes no int8"
    assert quantize(added()).model.subgraphs[0].operators[0].name == "DEQUANTIZE"


@pytest.mark.parametrize(
    ("size", "recipe", "reason"),
    [
        (1000, {}, "kept float: operand 1 of ADD takes no int8"),
        (2000, {"min_elements": 2001}, "kept float: operand 1 of ADD takes no int8"),
        (2000, {"keep_float": ("positions",)}, "kept float: operand 1 of ADD takes no float32"),
        (2000, {"scheme": "float"}, "kept float: operand 1 of ADD takes no float32"),
        (2000, {"target_runtime": "tflite_micro"}, "kept float: operand 1 of ADD takes no int8"),
    ],
)
def test_such_a_constant_stays_float(size, recipe, reason):
    assert reasons(added(size), **recipe)["positions"] == reason


def test_such_a_constant_stays_in_a_model_of_integers():
    assert entries(added(), scheme="full_integer")["positions"].scheme == "float"


def test_constants_of_other_types_stay():
    x, y = tensor("x", (1, 2000), "INT32"), tensor("y", (1, 2000), "INT32")
    whole = constant("whole", np.zeros((1, 2000), np.int32))
    assert reasons(single_operator("ADD", [x, whole], [y], {}))["whole"] == ("kept as it is: INT32")
