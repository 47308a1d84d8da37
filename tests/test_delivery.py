"""How each target runtime gives int8 weights to each operator, and why."""

import pytest

from quant import decision
from tests.build_model import single_operator, tensor
from tests.float_models import (
    batch_matmul,
    depthwise,
    fully_connected,
    lstm,
    normal,
)
from tests.planned import delivered, entries, reasons


@pytest.fixture(autouse=True)
def hybrid_wherever_possible(monkeypatch):
    """Whether it gains is ``test_hybrid_gain``'s."""
    monkeypatch.setattr(decision, "slow_hybrids", lambda model, target: {})


def test_reasons_of_a_plain_layer():
    assert reasons(fully_connected()) == {
        "w": "quantized int8 per-channel axis 0",
        "b": "kept float: bias of FULLY_CONNECTED, which its kernels read as float32",
    }


def test_depthwise_filter_is_dequantized_at_load_where_there_is_no_hybrid_kernel():
    entry = entries(depthwise())["w"]
    assert entry.reason == (
        "stored int8 per-channel axis 3, dequantized at load: "
        "target runtime litert has no hybrid DEPTHWISE_CONV_2D"
    )
    assert delivered(entry) == [("DEPTHWISE_CONV_2D", "dequantize")]
    builtin = entries(depthwise(), target_runtime="litert_builtin")["w"]
    assert delivered(builtin) == [("DEPTHWISE_CONV_2D", "hybrid")]


def test_depthwise_without_bias_is_dequantized_where_the_hybrid_kernel_crashes():
    entry = entries(depthwise(has_bias=False), target_runtime="litert_builtin")["w"]
    assert "without a bias crashes LiteRT" in entry.reason
    assert delivered(entry) == [("DEPTHWISE_CONV_2D", "dequantize")]
    reference = entries(depthwise(has_bias=False), target_runtime="reference")["w"]
    assert delivered(reference) == [("DEPTHWISE_CONV_2D", "hybrid")]


@pytest.mark.parametrize(
    ("shapes", "target", "delivery"),
    [
        (((2, 5, 32), (2, 32, 40)), "reference", "hybrid"),
        (((2, 3, 5, 32), (32, 40)), "reference", "dequantize"),
        (((2, 3, 5, 32), (32, 40)), "litert_builtin", "dequantize"),
        (((2, 3, 5, 32), (32, 40)), "litert", "hybrid"),
    ],
)
def test_batch_matmul_of_rank_4_is_not_left_to_the_kernels_that_get_it_wrong(
    shapes, target, delivery
):
    assert delivered(entries(batch_matmul(*shapes), target_runtime=target)["w"]) == [
        ("BATCH_MATMUL", delivery)
    ]


def test_constant_left_side_of_batch_matmul_stays_float():
    model = single_operator(
        "BATCH_MATMUL",
        [normal("w", 64, 32), tensor("x", (32, 8))],
        [tensor("y", (64, 8))],
        {},
    )
    assert reasons(model) == {"w": "kept float: operand 0 of BATCH_MATMUL takes no int8"}


def test_micro_reads_one_scale_and_has_no_hybrid_kernels():
    entry = entries(fully_connected(), target_runtime="tflite_micro")["w"]
    assert entry.reason == (
        "stored int8 per-tensor (target runtime tflite_micro reads one scale), dequantized at "
        "load: target runtime tflite_micro has no hybrid FULLY_CONNECTED"
    )
    assert reasons(lstm(), target_runtime="tflite_micro")["wi"] == (
        "kept float: target runtime tflite_micro takes no int8 weight in "
        "UNIDIRECTIONAL_SEQUENCE_LSTM"
    )


@pytest.mark.parametrize(
    ("operator", "options", "reason"),
    [
        ("LSTM", {"kernel_type": "BASIC"}, "kernel_type 1"),
        (
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            {"diagonal_recurrent_tensors": True},
            "diagonal_recurrent_tensors True",
        ),
    ],
)
def test_forms_that_take_no_int8(operator, options, reason):
    inputs = [tensor("x", (2, 32)), *[normal(f"w{i}", 40, 40) for i in range(1, 5)]]
    model = single_operator(operator, inputs, [tensor("y", (2, 40))], options)
    assert reasons(model)["w1"] == f"kept float: {operator} with {reason} takes no int8 weights"
