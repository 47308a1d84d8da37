"""Plans carried out: what is written where, and that LiteRT computes nearly the same with it."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.constant import constant as value_of
from kernels.errors import ModelError, WeightError
from kernels.model import Metadata
from kernels.node import NUMERICS
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes
from quant import decision
from quant.apply import apply_plan
from quant.plan import plan_model
from quant.recipe import Recipe, Rule
from quant.sqnr import energies, ratio_db
from tests.build_model import Operation, constant, graph, tensor
from tests.control_flow_models import loop
from tests.float_models import (
    SINGLE_OPERATORS,
    depthwise,
    feeds,
    fully_connected,
    gather,
    normal,
    tied_embedding,
)
from tests.int8_weight import quantize_weight
from tests.oracle import litert
from tests.planned import matmul, shared

ALL = {"min_elements": 0, "min_saving": 0.0}

TARGET_OF = {"xnnpack": "litert", "reference": "reference"}
"""The target runtime that LiteRT is with each numerics."""


@pytest.fixture(autouse=True)
def hybrid_wherever_possible(monkeypatch):
    """Whether it gains is ``test_hybrid_gain``'s."""
    monkeypatch.setattr(decision, "slow_hybrids", lambda model, target: {})


def quantized(model, **recipe):
    return apply_plan(model, plan_model(model, Recipe(**recipe)))


def operators(model):
    return [(o.name, o.version) for o in model.subgraphs[0].operators]


def by_name(model, subgraph=0):
    return {t.name: t for t in model.subgraphs[subgraph].tensors}


def output_sqnr(model, other, numerics):
    values = feeds(model)
    pairs = zip(litert(model, values, numerics), litert(other, values, numerics), strict=True)
    signal, noise = np.sum([energies(a, b) for a, b in pairs], axis=0)
    return ratio_db(float(signal), float(noise))


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("name", SINGLE_OPERATORS)
def test_litert_computes_nearly_the_same(name, numerics):
    model = SINGLE_OPERATORS[name]
    after = quantized(model, target_runtime=TARGET_OF[numerics], **ALL)
    assert len(model_bytes(after)) < len(model_bytes(model))
    assert 30 < output_sqnr(model, after, numerics) < 60


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("model", [tied_embedding(), loop()], ids=["tied embedding", "loop"])
def test_litert_computes_nearly_the_same_graphs(model, numerics):
    after = quantized(model, target_runtime=TARGET_OF[numerics])
    assert 30 < output_sqnr(model, after, numerics) < 60


@pytest.mark.parametrize("numerics", NUMERICS)
def test_a_weight_is_dequantized_in_the_body_of_a_loop(numerics):
    after = quantized(loop(), target_runtime="tflite_micro")
    names = [operator.name for operator in after.subgraphs[2].operators]
    assert names == ["ADD", "DEQUANTIZE", "FULLY_CONNECTED", "TANH"]
    assert output_sqnr(loop(), after, numerics) > 30


def test_depthwise_without_bias_runs_in_the_reference_kernels():
    """LiteRT's other kernels crash on it, float or not."""
    model = depthwise(has_bias=False)
    for target in ("reference", "litert_builtin"):
        assert output_sqnr(model, quantized(model, target_runtime=target), "reference") > 30


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        ("fully connected", [("FULLY_CONNECTED", 12)]),
        ("convolution", [("CONV_2D", 5)]),
        ("grouped convolution", [("CONV_2D", 6)]),
        ("depthwise convolution", [("DEQUANTIZE", 5), ("DEPTHWISE_CONV_2D", 1)]),
        ("transpose convolution", [("TRANSPOSE_CONV", 3)]),
        ("batch matmul, rank 2", [("BATCH_MATMUL", 4)]),
        ("gather", [("GATHER", 2), ("DEQUANTIZE", 2)]),
        ("embedding lookup", [("EMBEDDING_LOOKUP", 4)]),
        ("svdf", [("SVDF", 4)]),
        ("rnn", [("RNN", 3)]),
        ("lstm", [("UNIDIRECTIONAL_SEQUENCE_LSTM", 3)]),
        ("bidirectional lstm", [("BIDIRECTIONAL_SEQUENCE_LSTM", 3)]),
    ],
)
def test_versions_are_the_converters(name, versions):
    assert operators(quantized(SINGLE_OPERATORS[name])) == versions


def test_one_scale_needs_an_older_version():
    micro = quantized(fully_connected(), target_runtime="tflite_micro")
    assert operators(micro) == [("DEQUANTIZE", 2), ("FULLY_CONNECTED", 1)]
    assert operators(quantized(tied_embedding()))[-1] == ("FULLY_CONNECTED", 9)


def test_a_newer_version_stays():
    model = fully_connected()
    (subgraph,) = model.subgraphs
    newer = (replace(subgraph.operators[0], version=14),)
    model = replace(model, subgraphs=(replace(subgraph, operators=newer),))
    assert operators(quantized(model)) == [("FULLY_CONNECTED", 14)]


def test_weight_holds_the_quantized_values():
    model = fully_connected()
    expected = quantize_weight(value_of(model, by_name(model)["w"]), 0, "w")
    after = quantized(model)
    weight = by_name(after)["w"]
    np.testing.assert_array_equal(value_of(after, weight), expected.values)
    assert weight.type == "INT8"
    assert weight.quantization.axis == 0
    np.testing.assert_array_equal(weight.quantization.scale, expected.scale)
    np.testing.assert_array_equal(weight.quantization.zero_point, np.zeros(40))
    assert weight.quantization.zero_point.dtype == np.int64
    assert by_name(after)["b"].type == "FLOAT32"


@pytest.mark.parametrize("name", SINGLE_OPERATORS)
def test_asymmetric_inputs_are_set_on_hybrid_operators_that_have_the_option(name):
    after = quantized(SINGLE_OPERATORS[name], **ALL).subgraphs[0].operators
    hybrid = {"FULLY_CONNECTED", "BATCH_MATMUL", "SVDF", "RNN"}
    for operator in after:
        fields = operator.options.fields if operator.options is not None else {}
        expected = operator.name in hybrid or "SEQUENCE" in operator.name
        assert fields.get("asymmetric_quantize_inputs", False) is expected


def test_gather_moves_int8_and_the_graph_returns_float():
    after = quantized(gather())
    (subgraph,) = after.subgraphs
    moved, restored = subgraph.operators
    table, rows = by_name(after)["w"], subgraph.tensors[moved.outputs[0]]
    assert (rows.type, rows.shape, rows.buffer) == ("INT8", (7, 32), 0)
    assert rows.quantization == table.quantization
    assert (restored.inputs, restored.outputs) == (moved.outputs, subgraph.outputs)
    assert subgraph.tensors[subgraph.outputs[0]].type == "FLOAT32"


def test_one_dequantize_before_the_first_reader_of_a_shared_weight():
    weight = normal("w", 40, 40)
    model = shared(matmul("1", normal("v", 40, 40)), matmul("2", weight), matmul("3", weight))
    after = quantized(model, target_runtime="tflite_micro", keep_float=("^v$",))
    (subgraph,) = after.subgraphs
    names = [o.name for o in subgraph.operators]
    assert names == ["FULLY_CONNECTED", "DEQUANTIZE", "FULLY_CONNECTED", "FULLY_CONNECTED"]
    (restored,) = subgraph.operators[1].outputs
    assert [o.inputs[1] for o in subgraph.operators[2:]] == [restored, restored]
    assert (subgraph.tensors[restored].type, subgraph.tensors[restored].shape) == (
        "FLOAT32",
        (40, 40),
    )


def test_tied_embedding_is_in_the_file_once():
    model = tied_embedding(words=200, size=64)
    before, after = len(model_bytes(model)), len(model_bytes(quantized(model)))
    assert before / after > 3.4


def test_both_showings_of_a_buffer_share_values_and_scales():
    weight = normal("w", 40, 40)
    model = shared(matmul("1", weight), matmul("2", normal("v", 40, 40)))
    (subgraph,) = model.subgraphs
    buffer = by_name(model)["w"].buffer
    tensors = [replace(t, buffer=buffer) if t.name == "v" else t for t in subgraph.tensors]
    after = quantized(replace(model, subgraphs=(replace(subgraph, tensors=tuple(tensors)),)))
    first, second = by_name(after)["w"], by_name(after)["v"]
    assert first.buffer == second.buffer
    assert first.quantization.scale is second.quantization.scale


def test_everything_else_stays():
    model = fully_connected()
    model = replace(
        model,
        description="made by hand",
        tail=b"tail",
        metadata=(Metadata("notes", 3),),
        buffers=(*model.buffers, b"kept"),
    )
    after = quantized(model)
    assert (after.description, after.tail) == (model.description, model.tail)
    assert after.signatures == model.signatures
    assert [bytes(after.buffers[m.buffer]) for m in after.metadata] == [b"kept"]
    before, now = model.subgraphs[0], after.subgraphs[0]
    assert (now.inputs, now.outputs, now.name) == (before.inputs, before.outputs, before.name)
    assert [t.name for t in now.tensors] == [t.name for t in before.tensors]


def test_the_runtime_that_is_asked_for_knows_the_versions():
    model = SINGLE_OPERATORS["depthwise convolution"]
    model = replace(
        model,
        metadata=(Metadata("min_runtime_version", len(model.buffers)),),
        buffers=(*model.buffers, b"1.5.0".ljust(16, b"\0")),
    )
    after = quantized(model)
    assert bytes(after.buffers[after.metadata[0].buffer]) == b"2.7.0".ljust(16, b"\0")


def test_nothing_to_do_gives_the_model_itself():
    model = fully_connected()
    assert quantized(model, scheme="float") == model


def test_quantizing_again_changes_nothing():
    once = quantized(SINGLE_OPERATORS["depthwise convolution"])
    assert model_bytes(quantized(once)) == model_bytes(once)


def test_the_same_model_gives_the_same_bytes():
    first, second = (model_bytes(quantized(tied_embedding())) for _ in range(2))
    assert first == second


def test_what_is_written_reads_back():
    content = model_bytes(quantized(tied_embedding()))
    assert model_bytes(read_model(content)) == content


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_weight_that_is_not_finite_is_named(bad):
    weight = np.ones((40, 48), np.float32)
    weight[3, 5] = bad
    model = fully_connected(weight=constant("dense/kernel", weight))
    with pytest.raises(WeightError, match=r"'dense/kernel'.*\(3, 5\)"):
        quantized(model)
    assert operators(quantized(model, keep_float=("kernel",))) == [("FULLY_CONNECTED", 1)]


def test_a_channel_of_zeros_loads_everywhere():
    weight = np.array(value_of(fully_connected(), by_name(fully_connected())["w"]))
    weight[3] = 0
    model = fully_connected(weight=constant("w", weight))
    after = quantized(model)
    for numerics in NUMERICS:
        assert output_sqnr(model, after, numerics) > 30


def test_the_plan_of_another_model_is_refused():
    plan = plan_model(fully_connected())
    for other in (fully_connected(8, 48), gather(), tied_embedding()):
        with pytest.raises(ModelError, match="The plan is of another model"):
            apply_plan(other, plan)


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 8, 16, 40, 100])
@pytest.mark.parametrize("columns", [1, 2, 4, 9, 20, 40, 80])
def test_the_file_never_grows(rows, columns):
    models = [
        fully_connected(rows, columns),
        depthwise(rows * columns),
        graph(
            [
                Operation(
                    "GATHER",
                    [normal("t", rows, columns), tensor("i", (1,), "INT32")],
                    [tensor("y", (1, columns))],
                    {},
                )
            ],
            [tensor("i", (1,), "INT32")],
            [tensor("y", (1, columns))],
        ),
    ]
    for model in models:
        after = quantized(model, **ALL)
        assert after == model or len(model_bytes(after)) < len(model_bytes(model))


def test_rules_reach_the_operators():
    model = shared(matmul("1", normal("a", 40, 40)), matmul("2", normal("b", 40, 40)))
    after = quantized(model, rules=(Rule("float", tensor="a"),))
    assert [o.version for o in after.subgraphs[0].operators] == [1, 12]
