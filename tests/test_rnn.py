from dataclasses import dataclass, replace

import numpy as np
import pytest

from kernels.activation import RELU6, TANH
from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from tests import naive
from tests.build_model import constant, single_operator, tensor
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
    batch: int = 2
    time: int = 3
    inputs: int = 5
    units: int = 4
    kind: str = PER_TENSOR
    asymmetric: bool = False
    time_major: bool = False
    activation: int = RELU6

    @property
    def steps(self) -> tuple[int, int]:
        return (self.time, self.batch) if self.time_major else (self.batch, self.time)

    @property
    def options(self) -> dict:
        return {
            "asymmetric_quantize_inputs": self.asymmetric,
            "fused_activation_function": self.activation,
        }


def direction(rng, name: str, case: Case, units: int):
    """Input weights, recurrent weights, bias, state; and the real values of the first three."""
    inputs, real_inputs = weight(rng, f"{name}_w", (units, case.inputs), case.kind)
    recurrent, real_recurrent = weight(rng, f"{name}_r", (units, units), case.kind)
    offset = bias(rng, f"{name}_b", units)
    state = tensor(f"{name}_h", (case.batch, units), is_variable=True)
    values = np.frombuffer(offset.data, np.float32)
    return [inputs, recurrent, offset, state], (real_inputs, real_recurrent, values)


def unidirectional(case: Case):
    rng = np.random.default_rng(case.inputs)
    operands, real = direction(rng, "forward", case, case.units)
    made = single_operator(
        "UNIDIRECTIONAL_SEQUENCE_RNN",
        [tensor("x", (*case.steps, case.inputs)), *operands],
        [tensor("y", (*case.steps, case.units))],
        {**case.options, "time_major": case.time_major},
        version=3,
    )
    feeds = [[activations(rng, *case.steps, case.inputs)] for _ in range(2)]
    return made, feeds, real


def single(case: Case):
    rng = np.random.default_rng(case.inputs)
    operands, _ = direction(rng, "forward", case, case.units)
    made = single_operator(
        "RNN",
        [tensor("x", (case.batch, case.inputs)), *operands],
        [tensor("y", (case.batch, case.units))],
        case.options,
        version=3,
    )
    return made, [[activations(rng, case.batch, case.inputs)] for _ in range(4)]


def bidirectional(case: Case, merge: bool, auxiliary: str = "none"):
    """``auxiliary``: "none"; "weighted", with weights; "stacked", without them."""
    rng = np.random.default_rng(case.inputs)
    backward_units = case.units + 3
    forward, _ = direction(rng, "forward", case, case.units)
    backward, _ = direction(rng, "backward", case, backward_units)
    extra = [None, None, None]
    shape = (*case.steps, case.inputs)
    if auxiliary != "none":
        extra[0] = tensor("aux", shape)
    if auxiliary == "weighted":
        extra[1:] = [
            weight(rng, f"aux_{units}", (units, case.inputs), case.kind)[0]
            for units in (case.units, backward_units)
        ]
    outputs = (
        [tensor("y", (*case.steps, case.units + backward_units))]
        if merge
        else [
            tensor("f", (*case.steps, case.units)),
            tensor("b", (*case.steps, backward_units)),
        ]
    )
    made = single_operator(
        "BIDIRECTIONAL_SEQUENCE_RNN",
        [tensor("x", shape), *forward, *backward, *extra],
        outputs,
        {**case.options, "time_major": case.time_major, "merge_outputs": merge},
        version=3,
    )
    feed = [activations(rng, *shape) for _ in range(2 if auxiliary != "none" else 1)]
    return made, feed


CASES = [
    Case(*shape, kind=kind, asymmetric=asymmetric, time_major=time_major, activation=activation)
    for shape in [(1, 1, 1, 1), (2, 3, 5, 4), (3, 6, 20, 17)]
    for kind, asymmetric in ((FLOAT, False), (PER_TENSOR, False), (PER_TENSOR, True))
    for time_major in (False, True)
    for activation in (RELU6, TANH)
]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_sequence_equals_litert(case, numerics):
    made, feeds, _ = unidirectional(case)
    assert_equals_litert(made, feeds, numerics)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", [case for case in CASES if not case.time_major], ids=str)
def test_single_step_equals_litert(case, numerics):
    made, feeds = single(case)
    assert_equals_litert(made, feeds, numerics)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("auxiliary", ["none", "weighted"])
@pytest.mark.parametrize("merge", [False, True])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_bidirectional_equals_litert(case, merge, auxiliary, numerics):
    if case.kind != FLOAT and case.time_major:
        case = replace(case, time=1, batch=1)  # LiteRT repeats longer ones, or crashes
    made, feed = bidirectional(case, merge, auxiliary)
    assert_equals_litert(made, [feed], numerics)


@pytest.mark.parametrize("merge", [False, True])
def test_stacked_equals_litert(merge):
    made, feed = bidirectional(Case(kind=FLOAT, time_major=True), merge, "stacked")
    assert_equals_litert(made, [feed], REFERENCE)


@pytest.mark.parametrize("case", [c for c in CASES if c.activation == RELU6], ids=str)
def test_is_the_recurrence_of_what_the_kernel_sees(case):
    made, feeds, (inputs, recurrent, offset) = unidirectional(case)
    quantizer = naive.asymmetric if case.asymmetric else naive.symmetric

    def seen(rows: np.ndarray) -> np.ndarray:
        return rows if case.kind == FLOAT else naive.dequantized(rows, quantizer)

    hidden = np.zeros((case.batch, case.units), np.float32)
    for (x,), output in zip(feeds, run(made, feeds, REFERENCE), strict=True):
        if not case.time_major:
            x, output = x.swapaxes(0, 1), output.swapaxes(0, 1)
        for step, made_step in zip(x, output, strict=True):
            total = offset + seen(step) @ inputs.T + seen(hidden) @ recurrent.T
            np.testing.assert_allclose(made_step, np.clip(total, 0, 6), rtol=1e-4, atol=1e-4)
            hidden = made_step


@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR])
@pytest.mark.parametrize("auxiliary", ["none", "weighted", "stacked"])
def test_layouts_agree(kind, auxiliary):
    """Also where LiteRT's do not: hybrid, time-major sequences; stacked, batch-major ones."""
    by_time, feed = bidirectional(Case(kind=kind, time_major=True), False, auxiliary)
    by_batch, _ = bidirectional(Case(kind=kind), False, auxiliary)
    swapped = [np.ascontiguousarray(x.swapaxes(0, 1)) for x in feed]
    for a, b in zip(
        run(by_time, [feed], REFERENCE), run(by_batch, [swapped], REFERENCE), strict=True
    ):
        np.testing.assert_array_equal(a, b.swapaxes(0, 1))


def test_the_backward_direction_sees_the_future():
    made, (x,) = bidirectional(Case(kind=FLOAT, activation=0), False)
    changed = x.copy()
    changed[:, -1] += 1
    (forward, backward), (forward2, backward2) = (run(made, [[v]], REFERENCE) for v in (x, changed))
    np.testing.assert_array_equal(forward[:, :-1], forward2[:, :-1])
    assert np.any(backward[:, 0] != backward2[:, 0])


def test_weights_are_quantized_together():
    rng = np.random.default_rng(0)
    operands, _ = direction(rng, "forward", Case(), 4)
    operands[1] = constant("r", np.ones((4, 4), np.float32))
    mixed = single_operator(
        "RNN", [tensor("x", (2, 5)), *operands], [tensor("y", (2, 4))], Case().options
    )
    with pytest.raises(UnsupportedOperatorError, match="FLOAT32, INT8 weights"):
        Interpreter(mixed)
