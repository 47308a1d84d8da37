from pathlib import Path

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.model import Signature
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from tests.control_flow_models import with_subgraphs
from tests.dense_model import FEATURES, dense_model, write_dense_model
from tools.bench.contestant import (
    LITERT,
    OURS,
    RUNTIMES,
    Contestant,
    Question,
    difference,
    question,
    start,
)


def f32(*values):
    return {0: np.float32(values)}


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (f32(1, 2), f32(1, 2), 0),
        (f32(1, 2), f32(1, 4), 0.5),
        (f32(np.nan, 2), f32(np.nan, 2), 0),
        (f32(np.nan, 2), f32(1, 2), np.inf),
        (f32(1, 2), f32(1, 2, 3), np.inf),
        (f32(1), f32(0), np.inf),
        ({0: np.int8([1, 5])}, {0: np.int8([1, 9])}, 4),
        ({0: np.int8([1])}, {0: np.float32([1])}, np.inf),
        ({0: np.float32([1]), 1: np.float32([3])}, {0: np.float32([1])}, 0),
        ({0: np.zeros(0, np.float32)}, {0: np.zeros(0, np.float32)}, 0),
        ({}, {}, 0),
    ],
)
def test_the_largest_difference_of_outputs(ours, theirs, expected):
    assert difference(ours, theirs) == expected


@pytest.mark.parametrize("threads", [1, 2])
def test_both_runtimes_compute_the_same_from_the_same_inputs(tmp_path, threads):
    pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")
    asked = question(write_dense_model(tmp_path))
    outputs = [start(Contestant("float", runtime, threads), asked)() for runtime in RUNTIMES]
    assert difference(*outputs) < 1e-6
    assert [*outputs[0]] == [*outputs[1]] == [*asked.model.subgraphs[0].outputs]
    assert asked.inputs["x"].shape == (1, FEATURES)


def test_a_file_that_litert_refuses_is_an_error(tmp_path):
    pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")
    (tmp_path / "m.tflite").write_bytes(b"no model")
    asked = Question(tmp_path / "m.tflite", dense_model(), Signature("k", {}, {}), {})
    with pytest.raises(InputError, match="does not run"):
        start(Contestant("float", LITERT), asked)


def test_a_signature_of_another_subgraph_cannot_be_measured(tmp_path):
    model = with_subgraphs(dense_model(), dense_model())
    (signature,) = model.signatures
    (tmp_path / "m.tflite").touch()
    from dataclasses import replace

    write_model(replace(model, signatures=(replace(signature, subgraph=1),)), tmp_path / "m.tflite")
    with pytest.raises(InputError, match="runs subgraph 1"):
        question(Path(tmp_path / "m.tflite"))


def test_ours_takes_inputs_by_name(tmp_path):
    asked = question(write_dense_model(tmp_path))
    assert read_model(asked.path).signatures == asked.model.signatures
    (output,) = start(Contestant("float", OURS), asked)().values()
    assert output.shape == (1, 4)
