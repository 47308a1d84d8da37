"""Scales per channel or per tensor: one type that all readers of a constant take."""

from dataclasses import replace

import pytest

from quant.plan import plan_model
from tests.build_model import Operation, tensor, with_subgraphs
from tests.float_models import (
    SINGLE_OPERATORS,
    convolution,
    fully_connected,
    normal,
    tied_embedding,
)
from tests.planned import delivered, entries, matmul, shared


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        ("fully connected", 0),
        ("convolution", 0),
        ("grouped convolution", 0),
        ("depthwise convolution", 3),
        ("transpose convolution", 0),
        ("convolution 3d", 4),
        ("convolution 3d transpose", 3),
        ("embedding lookup", 0),
        ("batch matmul, rank 3", None),
        ("gather", None),
        ("svdf", None),
        ("lstm", None),
    ],
)
def test_axis_of_each_operator(name, axis):
    quantized = [e for e in plan_model(SINGLE_OPERATORS[name]).constants if e.is_quantized]
    assert {entry.axis for entry in quantized} == {axis}
    assert {entry.granularity for entry in quantized} == {
        "per-tensor" if axis is None else "per-channel"
    }


def test_tied_embedding_is_stored_once_with_one_scale_for_both():
    entry = entries(tied_embedding())["table"]
    assert entry.reason == "quantized int8 per-tensor (its operators want different scales)"
    assert delivered(entry) == [("GATHER", "pass through"), ("FULLY_CONNECTED", "hybrid")]


def test_weight_of_two_layers_is_one_entry_with_two_consumers():
    weight = normal("w", 40, 40)
    entry = entries(shared(matmul("1", weight), matmul("2", weight)))["w"]
    assert entry.reason == "quantized int8 per-channel axis 0"
    assert delivered(entry) == [("FULLY_CONNECTED", "hybrid")] * 2


def test_two_shapes_of_one_buffer_share_scales_where_the_channels_are_the_same():
    matrix, filters = normal("matrix", 40, 40), normal("filters", 40, 1, 1, 40)
    model = shared(
        matmul("1", matrix),
        Operation(
            "CONV_2D",
            [tensor("image", (1, 4, 4, 40)), filters, normal("b", 40)],
            [tensor("z", (1, 4, 4, 40))],
            {"stride_w": 1, "stride_h": 1},
        ),
    )
    plan = entries(one_buffer(model, "matrix", "filters"))
    assert plan["matrix"].buffer == plan["filters"].buffer
    assert (plan["matrix"].axis, plan["filters"].axis) == (0, 0)
    assert plan["filters"].granularity == "per-channel"


def one_buffer(model, first, second):
    """The model with the second tensor showing the buffer of the first."""
    (subgraph,) = model.subgraphs
    buffer = next(t.buffer for t in subgraph.tensors if t.name == first)
    tensors = [replace(t, buffer=buffer) if t.name == second else t for t in subgraph.tensors]
    return replace(model, subgraphs=(replace(subgraph, tensors=tuple(tensors)),))


def test_one_channel_needs_no_axis():
    entry = entries(convolution(normal("w", 1, 8, 8, 64), 64))["w"]
    assert (entry.granularity, entry.axis) == ("per-tensor", None)


def test_one_buffer_in_two_subgraphs():
    model = with_subgraphs(fully_connected(), fully_connected())
    second = model.subgraphs[1]
    shown = {"w": 1, "b": 2}
    tensors = [replace(t, buffer=shown.get(t.name, 0)) for t in second.tensors]
    model = replace(model, subgraphs=(model.subgraphs[0], replace(second, tensors=tuple(tensors))))
    quantized = [e for e in plan_model(model).constants if e.is_quantized]
    assert [(e.subgraph, e.name, e.buffer) for e in quantized] == [(0, "w", 1), (1, "w", 1)]
