"""Which weights are too small: the threshold, the saving, the file that must not grow."""

import pytest

from tests.build_model import Operation, graph, tensor
from tests.float_models import (
    batch_matmul,
    fully_connected,
    normal,
)
from tests.planned import entries, reasons


@pytest.mark.parametrize(("elements", "is_quantized"), [(1023, False), (1024, True)])
def test_threshold_is_the_converters(elements, is_quantized):
    model = batch_matmul((2, elements), (elements, 1))
    assert entries(model, min_saving=1)["w"].is_quantized is is_quantized


@pytest.mark.parametrize(("min_elements", "is_quantized"), [(1920, True), (1921, False)])
def test_threshold_is_the_recipes(min_elements, is_quantized):
    entry = entries(fully_connected(), min_elements=min_elements, min_saving=1)["w"]
    assert entry.elements == 1920
    assert entry.is_quantized is is_quantized


def test_a_small_weight_that_is_much_of_the_model_is_quantized():
    reason = entries(fully_connected(8, 64))["w"].reason
    assert reason == (
        "quantized int8 per-channel axis 0; 512 elements, but int8 saves 65 % of the "
        "model's constant bytes"
    )


def test_a_small_weight_in_a_large_model_stays_float():
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
        "kept float: 512 elements < 1024, and int8 saves 0.068 % of the model's constant bytes"
    )
    assert entries(model, min_elements=1)["small"].is_quantized


def test_a_weight_that_would_not_become_smaller_stays_float():
    entry = entries(fully_connected(1500, 1))["w"]
    assert entry.reason == "kept float: as int8 with its tables it would not be smaller"
