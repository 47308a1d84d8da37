"""Also of ``kernels.lstm_layer``, which has the arithmetic."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from kernels.activation import TANH
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from kernels.ops.lstm import BASIC
from tests import naive
from tests.build_model import Value, constant, single_operator, tensor
from tests.hybrid import (
    FLOAT,
    PER_TENSOR,
    assert_equals_litert,
    bias,
    run,
    weight,
)

TOLERANCE = {FLOAT: 5e-5, PER_TENSOR: 0}
"""TFLite's products of float matrices have an order that depends on their sizes."""


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
    kind: str = PER_TENSOR
    asymmetric: bool = False

    @property
    def outputs(self) -> int:
        return self.projected or self.cells

    @property
    def steps(self) -> tuple[int, int]:
        return (self.time, self.batch) if self.time_major else (self.batch, self.time)

    @property
    def options(self) -> dict:
        return {
            "fused_activation_function": TANH,
            "cell_clip": self.cell_clip,
            "proj_clip": self.projection_clip,
            "asymmetric_quantize_inputs": self.asymmetric,
        }


@dataclass
class Operands:
    """Operands of one direction, by group; ``real`` has their values by name."""

    case: Case
    rng: np.random.Generator
    prefix: str
    real: dict[str, np.ndarray]

    def gates(self, make, name: str, skip: tuple[str, ...] = ()) -> list[Value | None]:
        """One of input, forget, cell, output gate each; a coupled gate has no input gate."""
        absent = {*skip, *(["i"] if self.case.coupled else [])}
        return [None if gate in absent else make(f"{name}_{gate}") for gate in "ifco"]

    def weight(self, name: str, *shape: int) -> Value:
        value, real = weight(self.rng, self.prefix + name, shape, self.case.kind)
        self.real[name] = real
        return value

    def vector(self, name: str, size: int, around: float = 0) -> Value:
        value = bias(self.rng, self.prefix + name, size, around)
        self.real[name] = np.frombuffer(value.data, np.float32)
        return value

    def weights(self) -> list[Value | None]:
        """What the unidirectional and each direction of the bidirectional operator have."""
        case = self.case
        skip = ("c",) if case.peephole else tuple("ifco")
        peepholes = self.gates(lambda name: self.weight(name, case.cells), "p", skip)
        return [
            *self.gates(lambda name: self.weight(name, case.cells, case.inputs), "w"),
            *self.gates(lambda name: self.weight(name, case.cells, case.outputs), "r"),
            *(peepholes[gate] for gate in (0, 1, 3)),
            *self.gates(lambda name: self.vector(name, case.cells), "b"),
            self.weight("P", case.projected, case.cells) if case.projected else None,
            self.vector("Pb", case.projected) if case.projected else None,
        ]

    def auxiliary(self) -> list[Value | None]:
        return self.gates(lambda name: self.weight(name, self.case.cells, self.case.inputs), "v")

    def states(self) -> list[Value]:
        shapes = {"h": self.case.outputs, "c": self.case.cells}
        return [
            tensor(self.prefix + name, (self.case.batch, size), is_variable=True)
            for name, size in shapes.items()
        ]

    def norms(self) -> list[Value | None]:
        skip = () if self.case.norm else tuple("ifco")
        return self.gates(lambda name: self.vector(name, self.case.cells, 1), "n", skip)


def moderate(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Floats that leave gates half open; the first row is zero."""
    x = rng.standard_normal(shape) / 2
    x[0] = 0
    return x.astype(np.float32)


def unidirectional(case: Case):
    """The model, two sequences, the real values of the operands."""
    operands = Operands(case, np.random.default_rng(case.cells), "", {})
    made = single_operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        [
            tensor("x", (*case.steps, case.inputs)),
            *operands.weights(),
            *operands.states(),
            *operands.norms(),
        ],
        [tensor("y", (*case.steps, case.outputs))],
        {**case.options, "time_major": case.time_major},
        version=3,
    )
    feeds = [[moderate(operands.rng, *case.steps, case.inputs)] for _ in range(2)]
    return made, feeds, operands.real


def single(case: Case):
    operands = Operands(case, np.random.default_rng(case.cells), "", {})
    made = single_operator(
        "LSTM",
        [
            tensor("x", (case.batch, case.inputs)),
            *operands.weights(),
            *operands.states(),
            *operands.norms(),
        ],
        [tensor("y", (case.batch, case.outputs))],
        case.options,
        version=4,
    )
    return made, [[moderate(operands.rng, case.batch, case.inputs)] for _ in range(4)]


def bidirectional(case: Case, merge: bool, auxiliary: str = "none"):
    """``auxiliary``: "none"; "weighted", with weights; "stacked", without them."""
    rng = np.random.default_rng(case.cells)
    forward, backward = (Operands(case, rng, prefix, {}) for prefix in ("f_", "b_"))
    shape = (*case.steps, case.inputs)
    made = single_operator(
        "BIDIRECTIONAL_SEQUENCE_LSTM",
        [
            tensor("x", shape),
            *forward.weights(),
            *backward.weights(),
            *forward.states(),
            *backward.states(),
            None if auxiliary == "none" else tensor("aux", shape),
            *(forward.auxiliary() if auxiliary == "weighted" else [None] * 4),
            *(backward.auxiliary() if auxiliary == "weighted" else [None] * 4),
        ],
        [tensor("y", (*case.steps, 2 * case.outputs))]
        if merge
        else [tensor(name, (*case.steps, case.outputs)) for name in ("f", "b")],
        {**case.options, "time_major": case.time_major, "merge_outputs": merge},
        version=3,
    )
    return made, [moderate(rng, *shape) for _ in range(1 if auxiliary == "none" else 2)]


VARIANTS = [
    Case(),
    Case(1, 1, 1, 1),
    Case(3, 6, 20, 17),
    Case(coupled=True),
    Case(peephole=True),
    Case(norm=True),
    Case(projected=6),
    Case(projected=12, projection_clip=0.4, cell_clip=0.5),
    Case(2, 4, 7, 12, projected=5, coupled=True, peephole=True, norm=True, cell_clip=0.7),
]

KINDS = ((FLOAT, False), (PER_TENSOR, False), (PER_TENSOR, True))

CASES = [
    replace(case, kind=kind, asymmetric=asymmetric, time_major=time_major)
    for case in VARIANTS
    for kind, asymmetric in KINDS
    for time_major in (False, True)
]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_sequence_equals_litert(case, numerics):
    made, feeds, _ = unidirectional(case)
    assert_equals_litert(made, feeds, numerics, TOLERANCE[case.kind])


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", [case for case in CASES if not case.time_major], ids=str)
def test_single_step_equals_litert(case, numerics):
    made, feeds = single(case)
    assert_equals_litert(made, feeds, numerics, TOLERANCE[case.kind])


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("auxiliary", ["none", "weighted", "stacked"])
@pytest.mark.parametrize("merge", [False, True])
@pytest.mark.parametrize("case", [case for case in CASES if not case.norm], ids=str)
def test_bidirectional_equals_litert(case, merge, auxiliary, numerics):
    if merge and not case.time_major:
        case = replace(case, batch=1)  # LiteRT misplaces the state of the others
    made, feed = bidirectional(case, merge, auxiliary)
    assert_equals_litert(made, [feed], numerics, TOLERANCE[case.kind])


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@dataclass(frozen=True)
class NaiveLayer:
    """The definition, with numbers quantized where the kernel quantizes them."""

    case: Case
    real: dict[str, np.ndarray]

    def seen(self, rows: np.ndarray) -> np.ndarray:
        rows = rows.astype(np.float32)
        if self.case.kind == FLOAT:
            return rows
        return naive.dequantized(
            rows, naive.asymmetric if self.case.asymmetric else naive.symmetric
        )

    def gate(self, name: str, x: np.ndarray, hidden: np.ndarray, cell: np.ndarray) -> np.ndarray:
        real = self.real
        total = self.seen(x) @ real[f"w_{name}"].T + self.seen(hidden) @ real[f"r_{name}"].T
        total = total + real.get(f"p_{name}", 0) * cell
        if self.case.norm:
            total = total - total.mean(axis=1, keepdims=True)
            total = total / np.sqrt((total**2).mean(axis=1, keepdims=True) + 1e-8)
            total = total * real[f"n_{name}"]
        total = total + real[f"b_{name}"]
        return np.tanh(total) if name == "c" else logistic(total)

    def step(self, *state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From x, hidden and cell to the next hidden and cell."""
        case, real, (_, _, cell) = self.case, self.real, state
        forget = self.gate("f", *state)
        entry = 1 - forget if case.coupled else self.gate("i", *state)
        cell = clip(forget * cell + entry * self.gate("c", *state), case.cell_clip)
        hidden = self.gate("o", *state[:2], cell) * np.tanh(cell)
        if case.projected:
            hidden = clip(self.seen(hidden) @ real["P"].T + real["Pb"], case.projection_clip)
        return hidden, cell


def clip(x: np.ndarray, limit: float) -> np.ndarray:
    return np.clip(x, -limit, limit) if limit else x


@pytest.mark.parametrize("case", CASES, ids=str)
def test_is_the_recurrence_of_what_the_kernel_sees(case):
    made, feeds, real = unidirectional(case)
    layer = NaiveLayer(case, real)
    hidden, cell = np.zeros((case.batch, case.outputs)), np.zeros((case.batch, case.cells))
    for (x,), output in zip(feeds, run(made, feeds, REFERENCE), strict=True):
        if not case.time_major:
            x, output = x.swapaxes(0, 1), output.swapaxes(0, 1)
        for step, made_step in zip(x, output, strict=True):
            hidden, cell = layer.step(step, hidden, cell)
            # A code of the next step that rounds the other way is one part in 127.
            np.testing.assert_allclose(made_step, hidden, rtol=0, atol=3e-2)
            hidden = made_step


@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR])
@pytest.mark.parametrize("auxiliary", ["none", "weighted", "stacked"])
def test_layouts_agree(kind, auxiliary):
    """Also where LiteRT's do not: batches, batch-major, with merged outputs."""
    by_time, feed = bidirectional(Case(kind=kind, time_major=True), True, auxiliary)
    by_batch, _ = bidirectional(Case(kind=kind), True, auxiliary)
    swapped = [np.ascontiguousarray(x.swapaxes(0, 1)) for x in feed]
    (a,), (b,) = run(by_time, [feed], REFERENCE), run(by_batch, [swapped], REFERENCE)
    np.testing.assert_array_equal(a, b.swapaxes(0, 1))


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", VARIANTS, ids=str)
def test_a_batch_does_not_mix(case, numerics):
    """Cells fill vectors here: elsewhere the logistic function depends on a cell's place."""
    case = replace(case, cells=-(-case.cells // 4) * 4)
    made, feeds, _ = unidirectional(replace(case, batch=3))
    alone, _, _ = unidirectional(replace(case, batch=1))
    together = run(made, feeds, numerics)
    for i in range(3):
        each = run(alone, [[x[i : i + 1]] for (x,) in feeds], numerics)
        for a, b in zip(together, each, strict=True):
            np.testing.assert_array_equal(a[i : i + 1], b)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_a_sequence_that_is_not_finite_makes_nan_of_itself_only(numerics):
    made, ((x,), _), _ = unidirectional(Case(3))
    x = np.ones_like(x)
    x[1, 1, 2] = np.nan
    (output,) = run(made, [[x]], numerics)
    assert np.isfinite(output[[0, 2]]).all()
    assert np.isfinite(output[1, 0]).all()
    assert np.isnan(output[1, 1:]).all()


@pytest.mark.parametrize("numerics", NUMERICS)
def test_basic_kernel_equals_litert(numerics):
    rng = np.random.default_rng(0)
    batch, inputs, units = 3, 7, 5
    weights = constant("w", (rng.standard_normal((4 * units, inputs + units)) / 3).astype("f4"))
    shapes = {"h1": units, "c1": units, "joined": inputs + units, "gates": 4 * units}
    made = single_operator(
        "LSTM",
        [
            tensor("x", (batch, inputs)),
            tensor("h0", (batch, units)),
            weights,
            bias(rng, "b", 4 * units),
            tensor("c0", (batch, units)),
        ],
        [tensor(name, (batch, size)) for name, size in shapes.items()],
        {"kernel_type": BASIC, "fused_activation_function": TANH},
        version=2,
    )
    feed = [moderate(rng, batch, size) for size in (inputs, units, units)]
    assert_equals_litert(made, [feed], numerics, 1e-5)


def test_weights_are_quantized_together():
    operands = Operands(Case(), np.random.default_rng(0), "", {})
    weights = operands.weights()
    weights[5] = constant("r", np.ones((8, 8), np.float32))
    inputs = [tensor("x", (2, 5)), *weights, *operands.states()]
    mixed = single_operator("LSTM", inputs, [tensor("y", (2, 8))], Case().options)
    with pytest.raises(UnsupportedOperatorError, match="FLOAT32, INT8 weights"):
        Interpreter(mixed)


@pytest.mark.parametrize("number", [2, 6, 13])
def test_a_missing_operand_is_named(number):
    operands = Operands(Case(), np.random.default_rng(0), "", {})
    inputs = [tensor("x", (2, 5)), *operands.weights(), *operands.states()]
    inputs[number] = None
    model = single_operator("LSTM", inputs, [tensor("y", (2, 8))], Case().options)
    with pytest.raises(ModelError, match=f"Operand {number} is missing"):
        Interpreter(model)
