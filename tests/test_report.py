"""Reports: what they say of each constant and operator, and the way to JSON and back."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kernels.constant import constant as value_of
from quant.clipping import AUTO
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.report import GOOD_SQNR_DB, WORST, Report
from quant.weights import Encoding, store_weight
from tests.build_model import Operation, constant, graph, tensor
from tests.float_models import fully_connected, normal, tied_embedding
from tests.planned import matmul, shared


def report(model, **recipe):
    return quantize(model, Recipe(**recipe)).report


def of(made, name):
    return next(tensor for tensor in made.tensors if tensor.name == name)


def test_a_quantized_weight():
    model = fully_connected()
    weight = of(report(model), "w")
    values = value_of(model, model.subgraphs[0].tensors[1])
    expected = store_weight(values, Encoding("INT8", 0), "w", AUTO)
    assert (weight.scheme, weight.granularity) == ("dynamic_range", "per-channel")
    assert weight.reason == "quantized int8 per-channel axis 0"
    assert (weight.bytes_before, weight.bytes_after) == (4 * 1920, 1920 + 4 * 40)
    assert (weight.scale_min, weight.scale_max) == (expected.scale.min(), expected.scale.max())
    assert weight.sqnr_db == expected.sqnr_db


def test_a_constant_that_stays():
    bias = of(report(fully_connected()), "b")
    assert (bias.scheme, bias.granularity, bias.sqnr_db, bias.scale_min) == (
        "float",
        None,
        None,
        None,
    )
    assert bias.bytes_before == bias.bytes_after == 160


def test_a_shared_buffer_counts_once():
    weight = normal("w", 40, 40)
    model = shared(matmul("1", weight), matmul("2", normal("v", 40, 40)))
    (subgraph,) = model.subgraphs
    first = next(t.buffer for t in subgraph.tensors if t.name == "w")
    tensors = [replace(t, buffer=first) if t.name == "v" else t for t in subgraph.tensors]
    made = report(replace(model, subgraphs=(replace(subgraph, tensors=tuple(tensors)),)))
    assert (of(made, "w").bytes_before, of(made, "v").bytes_before) == (6400, 0)
    assert of(made, "v").bytes_after == 0
    assert [advice.name for advice in made.worst] == ["w"]


def test_operators_that_get_other_weights():
    made = report(tied_embedding())
    assert [(o.name, o.total, o.changed) for o in made.operators] == [
        ("FULLY_CONNECTED", 1, 1),
        ("GATHER", 1, 1),
    ]
    two = shared(matmul("1", normal("a", 40, 40)), matmul("2", normal("b", 40, 40)))
    kept = report(two, keep_float=("a",))
    assert [(o.name, o.total, o.changed) for o in kept.operators] == [("FULLY_CONNECTED", 2, 1)]


def test_the_worst_weights_come_first_with_a_line_to_paste():
    hard = np.random.default_rng(0).normal(size=(4, 2000)).astype(np.float32)
    hard[:, 0] = 50
    model = shared(matmul("1", normal("easy", 40, 40)), matmul("2", constant("hard;fused", hard)))
    worst = report(model).worst
    assert [advice.name for advice in worst] == ["hard;fused", "easy"]
    assert worst[0].sqnr_db < GOOD_SQNR_DB < worst[1].sqnr_db
    assert worst[0].advice == 'if accuracy suffers: keep_float = ["hard"] (23,984 bytes more)'
    assert worst[1].advice == "nothing: only rounding"
    (regex,) = json.loads(worst[0].advice.split("keep_float = ")[1].split(" (")[0])
    assert "hard;fused" not in [a.name for a in report(model, keep_float=(regex,)).worst]


def test_only_so_many_are_named():
    layers = [matmul(str(i), normal(f"w{i}", 40, 40)) for i in range(WORST + 2)]
    assert len(report(shared(*layers)).worst) == WORST


def test_exact_weights_have_no_ratio():
    signs = np.sign(value_of(model := fully_connected(), model.subgraphs[0].tensors[1]))
    made = report(fully_connected(weight=constant("w", signs)))
    assert of(made, "w").sqnr_db is None
    assert made.worst == ()


@pytest.mark.parametrize("sizes", [{}, {"bytes_before": 8000, "bytes_after": 2000}])
def test_json_round_trip(sizes):
    made = replace(report(tied_embedding()), **sizes)
    assert Report.from_json(made.to_json()) == made
    given = json.loads(made.to_json())
    assert given["ratio"] == (4.0 if sizes else None)
    assert "NaN" not in made.to_json()
    assert "Infinity" not in made.to_json()


def test_a_model_without_constants():
    x, y = tensor("x", (2,)), tensor("y", (2,))
    made = report(graph([Operation("ABS", [x], [y])], [x], [y]))
    assert (made.tensors, made.worst) == ((), ())
    assert [(o.name, o.total, o.changed) for o in made.operators] == [("ABS", 1, 0)]
