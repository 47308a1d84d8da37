from dataclasses import dataclass, replace

import numpy as np
import pytest

from kernels.activation import TANH
from kernels.errors import InputError, ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE, XNNPACK
from tests import naive
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import (
    FLOAT,
    KINDS,
    PER_CHANNEL,
    PER_TENSOR,
    activations,
    assert_equals_litert,
    bias,
    run,
    weight,
)
from tests.oracle import Fixed, integers, litert, operator_model, random


@dataclass(frozen=True)
class Case:
    x: tuple[int, ...]
    units: int
    depth: int = 0
    keeps: bool = False
    asymmetric: bool = False
    activation: int = 0
    has_bias: bool = True
    kind: str = PER_CHANNEL
    bits: int = 8
    seed: int = 0

    @property
    def k(self) -> int:
        return self.depth or self.x[-1]

    @property
    def options(self) -> dict:
        return {
            "keep_num_dims": self.keeps,
            "asymmetric_quantize_inputs": self.asymmetric,
            "fused_activation_function": self.activation,
        }

    @property
    def output(self) -> tuple[int, ...]:
        rows = int(np.prod(self.x)) // self.k
        return (*self.x[:-1], self.units) if self.keeps else (rows, self.units)


def model(case: Case):
    """The model, its input, the real values of weights and bias."""
    rng = np.random.default_rng(case.seed)
    limit = 2 ** (case.bits - 1) - 1
    weights, real = weight(rng, "w", (case.units, case.k), case.kind, limit=limit)
    offset = bias(rng, "b", case.units)
    made = single_operator(
        "FULLY_CONNECTED",
        [tensor("x", case.x), weights, offset if case.has_bias else None],
        [tensor("y", case.output)],
        case.options,
        version=12,
    )
    values = np.frombuffer(offset.data, np.float32) if case.has_bias else 0
    return made, activations(rng, *case.x), real, values


CHOSEN = [
    Case((1, 1), 1),
    Case((3, 5), 4, activation=1),
    Case((2, 3, 6), 5),
    Case((2, 3, 6), 5, keeps=True, activation=3),
    Case((2, 3, 4), 7, depth=12),  # flattened
    Case((1, 513), 9),  # longer than one exact piece
    Case((2, 4001), 3, has_bias=False, activation=2),
    Case((1, 40), 1000),
]


def random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    lead = tuple(map(int, rng.integers(1, 5, rng.integers(1, 4))))
    return Case(
        (*lead, int(rng.choice([1, 3, 8, 17, 32, 100, 700, 1500]))),
        int(rng.integers(1, 40)),
        keeps=bool(rng.integers(2)),
        activation=int(rng.integers(4)),
        has_bias=bool(rng.integers(2)),
        seed=seed,
    )


def variants(cases):
    """Every case with every kind of weight and quantizer."""
    floats = [replace(case, kind=FLOAT) for case in cases]
    return floats + [
        replace(case, kind=kind, asymmetric=asymmetric, bits=bits)
        for case in cases
        for kind in (PER_TENSOR, PER_CHANNEL)
        for asymmetric in (False, True)
        for bits in (8, 4, 2)
    ]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", variants([*CHOSEN, *map(random_case, range(16))]), ids=str)
def test_equals_litert(case, numerics):
    layer, x, _, _ = model(case)
    assert_equals_litert(layer, [[x]], numerics)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("kind", [PER_TENSOR, PER_CHANNEL])
def test_xnnpack_leaves_a_fused_tanh_to_tflite(kind, numerics):
    layer, x, _, _ = model(Case((3, 20), 6, activation=TANH, kind=kind))
    assert_equals_litert(layer, [[x]], numerics, tolerance=4e-7)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", variants(CHOSEN), ids=str)
def test_is_the_product_of_what_the_kernel_sees(case, numerics):
    layer, fed, real, offset = model(case)
    rows = fed.reshape(-1, case.k)
    packs_oddly = case.k * case.bits % 8 or (case.bits == 2 and case.kind == PER_TENSOR)
    if case.kind != FLOAT:
        quantizer = naive.asymmetric if case.asymmetric else naive.symmetric
        if numerics == XNNPACK and not packs_oddly:
            quantizer = naive.xnnpack
        rows = naive.dequantized(rows, quantizer)
    expected = rows.astype(np.float64) @ real.T.astype(np.float64) + offset
    low, high = [(-np.inf, np.inf), (0, np.inf), (-1, 1), (0, 6)][case.activation]
    (output,) = run(layer, [[fed]], numerics)
    assert output.shape == case.output
    np.testing.assert_allclose(
        output.reshape(expected.shape),
        np.clip(expected, low, high),
        rtol=1e-5,
        atol=1e-4 * np.abs(rows).max(),
    )


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(("dtype", "lowest"), [("INT8", -128), ("INT4", -8), ("INT2", -2)])
def test_the_lowest_weight_has_its_sign(numerics, dtype, lowest):
    codes = constant(
        "w", np.full((8, 32), lowest, np.int8), dtype, quantization=quantization([0.01] * 8)
    )
    layer = single_operator("FULLY_CONNECTED", [tensor("x", (1, 32)), codes], [tensor("y", (1, 8))])
    (output,) = run(layer, [[np.full((1, 32), -1, np.float32)]], numerics)
    np.testing.assert_allclose(output, -32 * lowest * 0.01, rtol=1e-5)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("asymmetric", [False, True])
def test_a_zero_row_gives_the_bias(numerics, asymmetric):
    layer, _, _, offset = model(Case((3, 20), 6, asymmetric=asymmetric))
    (output,) = run(layer, [[np.zeros((3, 20), np.float32)]], numerics)
    np.testing.assert_array_equal(output, np.broadcast_to(offset, (3, 6)))


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("asymmetric", [False, True])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_row_that_is_not_finite_makes_nan_of_itself_only(numerics, asymmetric, bad):
    layer, _, _, _ = model(Case((3, 20), 6, asymmetric=asymmetric, activation=1))
    x = np.ones((3, 20), np.float32)
    x[1, 5] = bad
    (output,) = run(layer, [[x]], numerics)
    assert np.isnan(output[1]).all()
    assert np.isfinite(output[[0, 2]]).all()


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batch", [0, 1, 7])
def test_any_batch(batch, kind, numerics):
    layer, _, _, _ = model(Case((2, 20), 6, kind=kind))
    x = activations(np.random.default_rng(1), batch, 20)
    (together,) = run(layer, [[x]], numerics)
    assert together.shape == (batch, 6)
    for i in range(batch):
        (alone,) = run(layer, [[x[i : i + 1]]], numerics)
        np.testing.assert_array_equal(together[i], alone[0])


def test_an_input_that_is_no_rows_is_refused():
    layer, _, _, _ = model(Case((2, 3, 4), 7, depth=8))
    with pytest.raises(InputError, match=r"\(1, 3, 4\) cannot be rows for weights of depth 8"):
        run(layer, [[np.ones((1, 3, 4), np.float32)]], REFERENCE)


def test_shuffled_weights_are_refused_at_load():
    shuffled = single_operator(
        "FULLY_CONNECTED",
        [tensor("x", (1, 4)), constant("w", np.ones((4, 4), np.float32))],
        [tensor("y", (1, 4))],
        {"weights_format": "SHUFFLED4x16INT8"},
    )
    with pytest.raises(UnsupportedOperatorError, match="shuffled"):
        Interpreter(shuffled)


def test_a_weight_with_a_zero_point_is_refused():
    weights = constant("w", np.ones((4, 4), np.int8), quantization=quantization(0.1, 3))
    layer = single_operator(
        "FULLY_CONNECTED", [tensor("x", (1, 4)), weights], [tensor("y", (1, 4))]
    )
    with pytest.raises(ModelError, match="zero point that is not 0"):
        Interpreter(layer)


@pytest.mark.parametrize("asymmetric", [False, True])
@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(("units", "depth"), [(4, 8), (9, 33)])
def test_old_weights_are_int8_by_another_name(units, depth, numerics, asymmetric):
    x = random(1, 3, depth)
    codes = integers(2, units, depth, low=-127, high=128, dtype=np.int8)
    weight = constant("w", codes.view(np.uint8), quantization=quantization(0.02))
    options = {"asymmetric_quantize_inputs": asymmetric}
    bias = Fixed(random(3, units))
    y = np.zeros((3, units), np.float32)
    model = operator_model("FULLY_CONNECTED", [x, weight, bias], [y], options, version=4)
    (ours,) = Interpreter(model, numerics).invoke(in0=x).values()
    np.testing.assert_array_equal(ours, litert(model, [x], numerics)[0])
    exact = x @ (codes.T * 0.02) + bias.values
    np.testing.assert_allclose(ours, exact, atol=0.02 * np.abs(exact).max())
