from dataclasses import dataclass

import numpy as np
import pytest

from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from tests import naive
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import (
    FLOAT,
    PER_TENSOR,
    activations,
    assert_equals_litert,
    bias,
    run,
    weight,
)


@dataclass(frozen=True)
class Case:
    batch: int
    inputs: int
    units: int
    rank: int
    memory: int
    kind: str = PER_TENSOR
    asymmetric: bool = False
    has_bias: bool = True
    activation: int = 0

    @property
    def filters(self) -> int:
        return self.units * self.rank


def model(case: Case):
    """The model, one input more than it remembers, real features, time weights and bias."""
    rng = np.random.default_rng(case.memory)
    features, real_features = weight(rng, "f", (case.filters, case.inputs), case.kind)
    times, real_times = weight(rng, "t", (case.filters, case.memory), case.kind)
    offset = bias(rng, "b", case.units)
    state = tensor("state", (case.batch, case.filters * case.memory), is_variable=True)
    made = single_operator(
        "SVDF",
        [
            tensor("x", (case.batch, case.inputs)),
            features,
            times,
            offset if case.has_bias else None,
            state,
        ],
        [tensor("y", (case.batch, case.units))],
        {
            "rank": case.rank,
            "asymmetric_quantize_inputs": case.asymmetric,
            "fused_activation_function": case.activation,
        },
        version=4,
    )
    feeds = [[activations(rng, case.batch, case.inputs)] for _ in range(case.memory + 1)]
    values = np.frombuffer(offset.data, np.float32) if case.has_bias else 0
    return made, feeds, real_features, real_times, values


CASES = [
    Case(*shape, kind=kind, asymmetric=asymmetric, has_bias=has_bias, activation=activation)
    for shape, has_bias, activation in [
        ((1, 1, 1, 1, 1), True, 0),
        ((2, 9, 4, 1, 7), True, 1),
        ((3, 20, 3, 2, 10), False, 0),
        ((1, 40, 2, 9, 4), True, 3),  # more ranks and memory than lanes
        ((2, 33, 2, 13, 17), True, 0),
    ]
    for kind, asymmetric in ((FLOAT, False), (PER_TENSOR, False), (PER_TENSOR, True))
]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_equals_litert(case, numerics):
    made, feeds, *_ = model(case)
    assert_equals_litert(made, feeds, numerics)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_is_a_filter_over_time(case):
    made, feeds, features, times, offset = model(case)
    memory = np.zeros((case.batch, case.filters, case.memory))
    for (x,), output in zip(feeds, run(made, feeds, REFERENCE), strict=True):
        if case.kind != FLOAT:
            x = naive.dequantized(x, naive.asymmetric if case.asymmetric else naive.symmetric)
        memory = np.concatenate([memory[..., 1:], (x @ features.T)[..., np.newaxis]], axis=2)
        filtered = (memory * times).sum(axis=2).reshape(case.batch, case.units, case.rank)
        low, high = {0: (-np.inf, np.inf), 1: (0, np.inf), 3: (0, 6)}[case.activation]
        expected = np.clip(filtered.sum(axis=2) + offset, low, high)
        np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-4 * np.abs(memory).max())


def test_features_and_time_weights_are_quantized_together():
    codes = constant("f", np.ones((2, 3), np.int8), quantization=quantization(0.1))
    mixed = single_operator(
        "SVDF",
        [
            tensor("x", (1, 3)),
            codes,
            constant("t", np.ones((2, 4), np.float32)),
            None,
            tensor("state", (1, 8), is_variable=True),
        ],
        [tensor("y", (1, 2))],
        {"rank": 1},
    )
    with pytest.raises(UnsupportedOperatorError, match="FLOAT32, INT8 weights"):
        Interpreter(mixed)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_nan_leaves_the_memory_with_its_input(numerics):
    case = Case(2, 5, 3, 1, 3)
    made, _, *_ = model(case)
    fine, bad = np.ones((2, 5), np.float32), np.ones((2, 5), np.float32)
    bad[1, 2] = np.nan
    outputs = run(made, [[bad], [fine], [fine], [fine]], numerics)
    for output in outputs:
        assert np.isfinite(output[0]).all()
    assert [np.isnan(output[1]).all() for output in outputs] == [True, True, True, False]
