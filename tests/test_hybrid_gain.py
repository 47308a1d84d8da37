"""Where hybrid kernels gain: by the rates that were measured."""

import pytest

from kernels.int8 import TARGET_RUNTIMES
from quant import hybrid_gain
from quant.hybrid_gain import slow_hybrids
from quant.plan import plan_model
from tests.build_model import Operation, graph, single_operator, tensor
from tests.float_models import embedding_lookup, gather, normal
from tests.planned import delivered, entries

OPTIONS = {"padding": "SAME", "stride_w": 1, "stride_h": 1}


def convolution(size, depth, channels):
    weight = normal("w", channels, 1, 1, depth)
    x, y = tensor("x", (1, size, size, depth)), tensor("y", (1, size, size, channels))
    return single_operator("CONV_2D", [x, weight, normal("b", channels)], [y], OPTIONS)


def two_layers(rows, small):
    """A large product and a small one of the same rows."""
    x, h, y = tensor("x", (rows, 4096)), tensor("h", (rows, 256)), tensor("y", (rows, small))
    return graph(
        [
            Operation("FULLY_CONNECTED", [x, normal("big", 256, 4096), None], [h], {}),
            Operation("FULLY_CONNECTED", [h, normal("small", small, 256), None], [y], {}),
        ],
        [x],
        [y],
    )


def test_many_rows_of_few_channels_are_slower_in_a_hybrid_kernel():
    """XNNPACK quantizes the activations row by row: 12,544 here, of 16 channels."""
    (reason,) = slow_hybrids(convolution(112, 16, 96), "litert").values()
    assert reason.startswith("hybrid CONV_2D would take ")
    entry = entries(convolution(112, 16, 96))["w"]
    assert delivered(entry) == [("CONV_2D", "dequantize")]
    assert entry.reason == f"stored int8 per-channel axis 0, dequantized at load: {reason}"


def test_few_rows_of_many_channels_are_faster():
    assert not slow_hybrids(convolution(7, 160, 960), "litert")
    assert delivered(entries(convolution(7, 160, 960))["w"]) == [("CONV_2D", "hybrid")]


@pytest.mark.parametrize(("least", "slow"), [(0.01, {(0, 1)}), (0.0001, set())])
def test_what_is_next_to_nothing_of_the_time_is_not_worth_its_error(monkeypatch, least, slow):
    monkeypatch.setattr(hybrid_gain, "LEAST_GAIN", least)
    reasons = slow_hybrids(two_layers(64, 1), "litert")
    assert reasons.keys() == slow
    assert all("FULLY_CONNECTED would save 0." in reason for reason in reasons.values())


@pytest.mark.parametrize("model", [gather(), embedding_lookup()], ids=["gather", "lookup"])
@pytest.mark.parametrize("target", TARGET_RUNTIMES)
def test_tables_are_not_made_float_at_load(model, target):
    assert not slow_hybrids(model, target)


def test_a_target_that_was_not_measured():
    assert not slow_hybrids(convolution(112, 16, 96), "tflite_micro")


def test_int4_stays_in_its_kernels():
    plan = plan_model(convolution(112, 16, 96))
    assert plan.constants[0].consumers[0].delivery == "dequantize"
    assert delivered(entries(convolution(112, 16, 96), scheme="int4")["w"]) == [
        ("CONV_2D", "hybrid")
    ]
