"""Constants that stay as they are, each with its reason."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.model import Quantization, Table
from tests.build_model import Operation, constant, single_operator, tensor
from tests.control_flow_models import branch, loop
from tests.float_models import (
    fully_connected,
    normal,
)
from tests.planned import matmul, reasons, shared


def test_a_second_reader_that_takes_no_int8_keeps_the_weight_float():
    weight = normal("w", 40, 40)
    add = Operation("ADD", [tensor("a", (40, 40)), weight], [tensor("s", (40, 40))], {})
    assert reasons(shared(matmul("1", weight), add))["w"] == (
        "kept float: operand 1 of ADD takes no int8; FULLY_CONNECTED would, but a second copy "
        "makes the file larger"
    )


def test_constant_output_stays_float():
    weight = normal("w", 40, 40)
    (model,) = [shared(matmul("1", weight))]
    (subgraph,) = model.subgraphs
    index = next(i for i, t in enumerate(subgraph.tensors) if t.name == "w")
    model = replace(model, subgraphs=(replace(subgraph, outputs=(*subgraph.outputs, index)),))
    assert reasons(model)["w"] == "kept float: the constant is an output of the graph"


def with_tensor(model, name, **fields):
    (subgraph,) = model.subgraphs
    tensors = [replace(t, **fields) if t.name == name else t for t in subgraph.tensors]
    return replace(model, subgraphs=(replace(subgraph, tensors=tuple(tensors)),))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"is_variable": True}, "kept float: the first value of a variable"),
        ({"sparsity": Table("SparsityParameters")}, "kept float: stored sparse"),
    ],
)
def test_weights_of_a_kind_that_stays(fields, reason):
    assert reasons(with_tensor(fully_connected(), "w", **fields))["w"] == reason


def test_what_is_no_float32_stays_as_it_is():
    int8 = constant(
        "w",
        np.ones((40, 48), np.int8),
        quantization=Quantization(np.ones(1, np.float32), np.zeros(1, np.int64)),
    )
    model = fully_connected(weight=int8)
    assert reasons(model)["w"] == "kept as it is: INT8, quantized already"
    half = single_operator(
        "DEQUANTIZE", [constant("h", np.ones(2000, np.float16))], [tensor("y", (2000,))]
    )
    assert reasons(half)["h"] == "kept as it is: FLOAT16"
    indices = single_operator(
        "GATHER",
        [tensor("x", (9, 9)), constant("i", np.zeros(2000, np.int32))],
        [tensor("y", (2000, 9))],
        {},
    )
    assert reasons(indices)["i"] == "kept as it is: INT32"


def test_a_constant_that_nobody_reads():
    model = shared(matmul("1", normal("w", 40, 40)))
    (subgraph,) = model.subgraphs
    unread = replace(subgraph.tensors[1], name="unread", buffer=len(model.buffers))
    model = replace(
        model,
        subgraphs=(replace(subgraph, tensors=(*subgraph.tensors, unread)),),
        buffers=(*model.buffers, bytes(6400)),
    )
    assert reasons(model)["unread"] == "kept float: no operator reads it"


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (
            loop(handed_on=True),
            "stored float16, dequantized at load: operand 2 of WHILE takes no int8",
        ),
        (branch(), "kept float: operand 2 of IF takes no int8"),
    ],
)
def test_weights_that_control_flow_hands_on_are_no_weights_yet(model, reason):
    assert reasons(model)["w"] == reason
