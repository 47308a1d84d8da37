"""LSTMs of integers, against a loop in float64 and LiteRT to the bit, step by step."""

from dataclasses import dataclass

import numpy as np
import pytest

from kernels.activation import TANH
from kernels.constant import DTYPES
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import assert_equals_litert, run

X_SCALE, X_ZERO = 0.02, -5
HIDDEN_SCALE, HIDDEN_ZERO = 1 / 128, 3
WEIGHT_SCALE, NORM_SCALE, PEEPHOLE_SCALE = 0.008, 2**-13, 3e-5
GATES = range(4)


@dataclass(frozen=True)
class Case:
    batch: int = 2
    time: int = 3
    inputs: int = 5
    cells: int = 8
    projected: int = 0
    coupled: bool = False
    peephole: bool = False
    norm: bool = False
    cell_clip: float = 0
    projection_clip: float = 0
    time_major: bool = False
    cell_power: int = -11
    product_zero: int = 0
    operator: str = "UNIDIRECTIONAL_SEQUENCE_LSTM"

    @property
    def outputs(self) -> int:
        return self.projected or self.cells

    @property
    def steps(self) -> tuple[int, ...]:
        if self.operator == "LSTM":
            return (self.batch,)
        return (self.time, self.batch) if self.time_major else (self.batch, self.time)


CASES = [
    Case(1, 1, 1, 1),
    Case(2, 4, 9, 20),
    Case(time_major=True),
    Case(inputs=40, cells=33, coupled=True),
    Case(peephole=True, cells=7),
    Case(peephole=True, coupled=True, batch=1),
    Case(norm=True, cells=16),
    Case(norm=True, cells=6, coupled=True, peephole=True, time_major=True),
    Case(projected=5, cells=12, projection_clip=0.3),
    Case(projected=9, cells=4, norm=True, product_zero=4),
    Case(cell_clip=0.7, cell_power=-13),
    Case(cell_power=-9, product_zero=-7),
    Case(operator="LSTM", inputs=7, cells=9),
    Case(operator="LSTM", batch=1, norm=True, projected=3),
]


def weight(rng, name, *shape, scale=WEIGHT_SCALE, dtype=np.int8):
    limit = np.iinfo(dtype).max
    codes = rng.integers(-limit, limit + 1, shape).astype(dtype)
    return constant(name, codes, quantization=quantization(scale))


def model(case: Case, **changes):
    """The model and inputs for three invocations."""
    rng = np.random.default_rng(case.cells)
    skip = [case.coupled, False, False, False]

    def per_gate(make):
        return [None if skip[gate] else make(gate) for gate in GATES]

    def rows(kind, width):
        return per_gate(lambda gate: weight(rng, f"{kind}{gate}", case.cells, width))

    def vectors(kind, there, scale):
        def vector(gate):
            return weight(rng, f"{kind}{gate}", case.cells, scale=scale, dtype=np.int16)

        return per_gate(vector) if there else [None] * 4

    bias = per_gate(
        lambda gate: constant(f"b{gate}", rng.integers(-9999, 9999, case.cells).astype(np.int32))
    )
    peephole = vectors("p", case.peephole, PEEPHOLE_SCALE)
    projection = weight(rng, "proj", case.projected, case.cells) if case.projected else None
    projection_bias = rng.integers(-999, 999, case.outputs).astype(np.int32)
    hidden = quantization(HIDDEN_SCALE, HIDDEN_ZERO)
    x = tensor("x", (*case.steps, case.inputs), "INT8", quantization=quantization(X_SCALE, X_ZERO))
    operands = {
        0: x,
        16: projection,
        **dict(enumerate(rows("w", case.inputs), 1)),
        **dict(enumerate(rows("r", case.outputs), 5)),
        **dict(zip((9, 10, 11), (peephole[0], peephole[1], peephole[3]), strict=True)),
        **dict(enumerate(bias, 12)),
        17: constant("pb", projection_bias) if case.projected else None,
        18: tensor("h", (case.batch, case.outputs), "INT8", is_variable=True, quantization=hidden),
        19: tensor(
            "c",
            (case.batch, case.cells),
            "INT16",
            is_variable=True,
            quantization=quantization(2.0**case.cell_power),
        ),
        **dict(enumerate(vectors("n", case.norm, NORM_SCALE), 20)),
        **changes.pop("operands", {}),
    }
    product = quantization(HIDDEN_SCALE, HIDDEN_ZERO)
    if case.projected or case.product_zero:
        product = quantization(1 / 120, case.product_zero)
    scales = [*(quantization(2.0**-10 * (1 + g / 8)) for g in GATES), product]
    intermediates = [
        tensor(f"i{n}", (), "INT16" if n < 4 else "INT8", quantization=q)
        for n, q in enumerate(scales)
    ]
    options = {
        "fused_activation_function": TANH,
        "cell_clip": case.cell_clip,
        "proj_clip": case.projection_clip,
    }
    if case.operator != "LSTM":
        options["time_major"] = case.time_major
    made = single_operator(
        case.operator,
        [operands[number] for number in range(24)],
        [tensor("y", (*case.steps, case.outputs), "INT8", quantization=hidden)],
        options,
        version=3,
        **{"intermediates": intermediates, **changes},
    )
    feeds = [
        [rng.integers(-128, 128, (*case.steps, case.inputs)).astype(np.int8)] for _ in range(3)
    ]
    return made, feeds, {number: real(value) for number, value in operands.items()}


def real(value):
    """What a constant stands for, biases as they are stored; None if it is no constant."""
    if value is None or not value.data:
        return None
    codes = np.frombuffer(value.data, DTYPES[value.tensor.type]).reshape(value.tensor.shape)
    given = value.tensor.quantization
    return codes.astype(float) * (1 if given is None else given.scale[0])


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_equals_litert(case, numerics):
    made, feeds, _ = model(case)
    assert_equals_litert(made, feeds, numerics)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def definition(case: Case, weights, feeds):
    """The outputs in float64, states kept from one feed to the next."""
    hidden, cell = np.zeros((case.batch, case.outputs)), np.zeros((case.batch, case.cells))

    zero = HIDDEN_ZERO * HIDDEN_SCALE

    def gate(number, x, peephole):
        drive = x @ weights[1 + number].T + hidden @ weights[5 + number].T
        bias = weights[12 + number]
        if not case.norm:
            drive += bias * X_SCALE * WEIGHT_SCALE
        if weights[peephole] is not None:
            drive += weights[peephole] * cell
        if case.norm:
            drive = (drive - drive.mean(axis=1, keepdims=True)) / drive.std(axis=1, keepdims=True)
            drive = drive * weights[20 + number] + bias * 2.0**-10 * NORM_SCALE
        return np.tanh(drive) if number == 2 else sigmoid(drive)

    for (codes,) in feeds:
        x = (codes.astype(float) - X_ZERO) * X_SCALE
        outputs = []
        for step in x.reshape(-1, *x.shape[-2:]) if case.time_major else sequence(case, x):
            forget = gate(1, step, 10)
            entry = 1 - forget if case.coupled else gate(0, step, 9)
            cell = forget * cell + entry * gate(2, step, 24)
            if case.cell_clip:
                cell = np.clip(cell, -case.cell_clip, case.cell_clip)
            hidden = gate(3, step, 11) * np.tanh(cell)
            if case.projected:
                hidden = hidden @ weights[16].T + weights[17] * WEIGHT_SCALE / 120
                bound = case.projection_clip or np.inf
                # TFLite clips codes, whatever their zero point.
                hidden = np.clip(hidden + zero, -bound, bound) - zero
            limits = (np.array([-128, 127]) - HIDDEN_ZERO) * HIDDEN_SCALE
            hidden = np.clip(hidden, *limits)
            outputs.append(hidden)
        stacked = np.stack(outputs) if case.time_major else np.stack(outputs, axis=1)
        yield stacked[:, 0] if case.operator == "LSTM" else stacked


def sequence(case, x):
    return x[np.newaxis] if case.operator == "LSTM" else x.swapaxes(0, 1)


BY_CELLS = Case(peephole=True, projected=5)
"""LiteRT counts the peepholes by the outputs of the projection."""


@pytest.mark.parametrize(
    "case", [BY_CELLS, *(case for case in CASES if not case.product_zero)], ids=str
)
def test_is_an_lstm(case):
    made, feeds, weights = model(case)
    weights[24] = None
    expected = definition(case, weights, feeds)
    for codes, y in zip(run(made, feeds, REFERENCE), expected, strict=True):
        error = np.abs((codes.astype(float) - HIDDEN_ZERO) * HIDDEN_SCALE - y)
        assert error.mean() < 2 * HIDDEN_SCALE
        assert error.max() < 12 * HIDDEN_SCALE


@pytest.mark.parametrize("operator", ["LSTM", "UNIDIRECTIONAL_SEQUENCE_LSTM"])
def test_gates_of_8_bits_are_refused(operator):
    """They have 12 intermediate tensors; LiteRT's LSTM takes them and reads past its arrays."""
    intermediates = [
        tensor(f"i{n}", (), "INT8", quantization=quantization(2.0**-5)) for n in range(12)
    ]
    made, *_ = model(Case(operator=operator), intermediates=intermediates)
    with pytest.raises(UnsupportedOperatorError, match=f"{operator}.*12 intermediate .* 16 bits"):
        Interpreter(made)


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"intermediates": []}, UnsupportedOperatorError, "0 intermediate tensors"),
        (
            {"operands": {19: tensor("c", (2, 8), "INT16", quantization=quantization(0.0006))}},
            ModelError,
            "The scale of its cell state",
        ),
        (
            {"operands": {2: constant("w1", np.zeros((8, 5), np.float32))}},
            UnsupportedOperatorError,
            "INT8 but tensor 'w1' is FLOAT32",
        ),
        (
            {"operands": {13: constant("b1", np.zeros(8, np.float32))}},
            UnsupportedOperatorError,
            "INT32 but tensor 'b1' is FLOAT32",
        ),
        ({"operands": {14: None}}, ModelError, "Operand 14 is missing"),
    ],
)
def test_what_integers_do_not_take(changes, error, match):
    with pytest.raises(error, match=match):
        Interpreter(model(Case(), **changes)[0])
