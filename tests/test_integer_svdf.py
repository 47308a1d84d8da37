"""SVDF of integers, against a loop in float64 and LiteRT to the bit, step by step."""

from dataclasses import dataclass

import numpy as np
import pytest

from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from kernels.tflite.reader import read_model
from tests import shared
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import assert_equals_litert, run

INPUT, FEATURES = quantization(0.05, 7), quantization(0.01)
TIMES = {np.int16: 3e-5, np.int8: 8e-3}
STATES = {np.int16: (2e-3, 0), np.int8: (0.2, -11)}
"""Scales of the time weights, scales and zero points of the state."""


@dataclass(frozen=True)
class Case:
    batch: int
    inputs: int
    units: int
    rank: int
    memory: int
    output_scale: float = 0.01
    has_bias: bool = True
    activation: int = 1


CASES = [
    Case(1, 1, 1, 1, 1),
    Case(2, 9, 4, 1, 7),
    Case(3, 20, 3, 2, 10, has_bias=False),
    Case(1, 40, 16, 4, 8, output_scale=1e-4),  # saturates
    Case(2, 600, 5, 1, 3, output_scale=0.2),
    Case(1, 20, 40, 2, 1, has_bias=False),  # a tie, unless scales are multiplied in float32
]


def model(case: Case, rank=None, time_type=np.int16, state_type=None):
    """The model, inputs for one step more than it remembers, and its constants."""
    rng = np.random.default_rng(case.inputs)
    filters = case.units * case.rank
    features = rng.integers(-128, 128, (filters, case.inputs)).astype(np.int8)
    limits = np.iinfo(time_type)
    times = rng.integers(limits.min, limits.max, (filters, case.memory)).astype(time_type)
    bias = (rng.integers(-(2**18), 2**18, case.units) // (limits.max // 127)).astype(np.int32)
    made = single_operator(
        "SVDF",
        [
            tensor("x", (case.batch, case.inputs), "INT8", quantization=INPUT),
            constant("f", features, quantization=FEATURES),
            constant("t", times, quantization=quantization(TIMES[time_type])),
            constant("b", bias) if case.has_bias else None,
            tensor(
                "state",
                (case.batch, filters * case.memory),
                np.dtype(state_type or time_type).name.upper(),
                is_variable=True,
                quantization=quantization(*STATES[time_type]),
            ),
        ],
        [
            tensor(
                "y",
                (case.batch, case.units),
                "INT8",
                quantization=quantization(case.output_scale, -3),
            )
        ],
        {
            "rank": case.rank if rank is None else rank,
            "fused_activation_function": case.activation,
        },
        version=3,
    )
    feeds = [
        [rng.integers(-128, 128, (case.batch, case.inputs)).astype(np.int8)]
        for _ in range(case.memory + 2)
    ]
    return made, feeds, (features, times, bias if case.has_bias else 0)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_equals_litert(case, numerics):
    made, feeds, _ = model(case)
    assert_equals_litert(made, feeds, numerics)


@pytest.mark.parametrize("time_type", TIMES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_is_a_filter_over_time(case, time_type):
    made, feeds, (features, times, bias) = model(case, time_type=time_type)
    (scale, zero_point), limits = STATES[time_type], np.iinfo(time_type)
    ratio = scale * TIMES[time_type] / case.output_scale
    memory = np.zeros((case.batch, *times.shape))
    for (x,), output in zip(feeds, run(made, feeds, REFERENCE), strict=True):
        drive = (x.astype(float) - 7) @ features.T.astype(float) * (0.05 * 0.01 / scale)
        newest = np.clip(np.round(drive), limits.min - zero_point, limits.max - zero_point)
        memory = np.concatenate([memory[..., 1:], newest[..., np.newaxis]], axis=2)
        total = (memory * times).sum(axis=2).reshape(case.batch, case.units, case.rank).sum(axis=2)
        expected = np.clip((total + bias) * ratio - 3, -128, 127)
        # A code of the state that is on the edge of another is a whole time weight apart.
        steps = 0.6 + np.abs(times.astype(float)).max() * case.rank * ratio
        assert np.abs(output - expected).max() <= steps


def test_a_rank_that_does_not_divide():
    with pytest.raises(ModelError, match="rank 2 does not divide its 3 filters"):
        Interpreter(model(Case(1, 4, 3, 1, 2), rank=2)[0])


def test_a_state_of_another_type():
    with pytest.raises(UnsupportedOperatorError, match="INT8 but tensor 'state' is INT16"):
        Interpreter(model(Case(1, 4, 3, 1, 2), time_type=np.int8, state_type=np.int16)[0])


def test_another_activation():
    with pytest.raises(UnsupportedOperatorError, match="integers take RELU"):
        Interpreter(model(Case(1, 4, 3, 1, 2, activation=0))[0])


def test_a_model_of_tflite_micro():
    model = read_model(shared.path("models/wild/1d5e0e5c9a73_keyword_scrambled_8bit.tflite"))
    svdf = next(o for o in model.subgraphs[0].operators if o.name == "SVDF")
    interpreter = Interpreter(model)
    (name,) = next(iter(interpreter.signatures.values())).inputs
    x = np.random.default_rng(1).integers(-(2**15), 2**15, (1, 96)).astype(np.int16)
    steps = [interpreter.invoke_all(**{name: x}) for _ in range(8)]
    # The same input fills the memory, which has eight places.
    memory = steps[-1][0, svdf.inputs[4]].reshape(64, 8)
    np.testing.assert_array_equal(memory, memory[:, :1].repeat(8, axis=1))
    assert len(np.unique(memory)) > 20
    # Its scrambled biases are so large that they decide: LiteRT's first output is the same.
    np.testing.assert_array_equal(steps[0][0, model.subgraphs[0].outputs[0]], [[0, 32767]])
