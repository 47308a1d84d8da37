"""FULLY_CONNECTED with blockwise int4 weights, against two definitions and three of LiteRT's
kernels: XNNPACK's, TFLite's own, and TFLite's reference, which does not know blocks.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_features__

from kernels.activation import NONE, RELU6, TANH
from kernels.blockwise_matmul import bfloat16
from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE, XNNPACK
from tests import naive
from tests.build_model import blockwise, single_operator, tensor
from tests.hybrid import activations, bias, run, run_litert

UNSIGNED = bool(__cpu_features__.get("AVX512VNNI"))
"""Whether XNNPACK has the kernel here whose sums ours follow; others add in another order."""
OTHER_ORDER = 1e-5


@dataclass(frozen=True)
class Case:
    size: int
    blocks: int
    units: int
    x: tuple[int, ...] = (1,)
    activation: int = NONE
    has_bias: bool = True
    keeps: bool = False
    scales: type = np.float16
    spread: float = 0.3
    """Scales are 10 ** of numbers up to ``spread`` from -1."""
    seed: int = 0

    @property
    def depth(self) -> int:
        return self.size * self.blocks


def parts(case: Case):
    """The input, the codes, the scales, the bias."""
    rng = np.random.default_rng(case.seed)
    codes = rng.integers(-8, 8, (case.units, case.depth)).astype(np.int8)
    powers = rng.uniform(-case.spread, case.spread, (case.units, case.blocks)) - 1
    offset = bias(rng, "b", case.units) if case.has_bias else None
    x = activations(rng, *case.x, case.depth)
    return x, codes, (10.0**powers).astype(case.scales), offset


def model(case: Case, element_type: str = "INT4"):
    x, codes, scales, offset = parts(case)
    rows = (*case.x,) if case.keeps else (int(np.prod(case.x)),)
    return single_operator(
        "FULLY_CONNECTED",
        [tensor("x", x.shape), blockwise("w", codes, scales, element_type), offset],
        [tensor("y", (*rows, case.units))],
        {"fused_activation_function": case.activation, "keep_num_dims": case.keeps},
        version=13,
    )


def defined(case: Case, definition) -> np.ndarray:
    """(rows, units) by a definition of tests.naive."""
    x, codes, scales, offset = parts(case)
    rows = [definition(row, codes, scales) for row in x.reshape(-1, case.depth)]
    added = np.float32(0) if offset is None else np.frombuffer(offset.data, np.float32)
    low, high = [(-np.inf, np.inf), (0, np.inf), (-1, 1), (0, 6)][case.activation]
    return np.clip(np.array(rows, np.float32) + added, low, high)


SMALL = [
    Case(32, 1, 1),
    Case(32, 3, 5, (3,), activation=1),
    Case(64, 2, 17, (2, 2), keeps=True, activation=2),
    Case(128, 2, 4, (2,), has_bias=False, activation=3),
    Case(256, 2, 3, (2,)),
    Case(96, 2, 3, (2, 1), has_bias=False),
    Case(32, 9, 6, (4,), spread=3),
    Case(64, 5, 6, (4,), spread=3, seed=1),
]
UNALIGNED = [Case(16, 2, 4, (3,)), Case(48, 3, 5, (2,), spread=3), Case(2, 20, 7, (2,))]
"""XNNPACK leaves these to TFLite."""
LARGE = [
    Case(32, 128, 40, (17,), spread=2),
    Case(64, 40, 16, (1,)),
    Case(128, 24, 33, (30,), has_bias=False, spread=2),
    Case(256, 12, 70, (5,), activation=1),
    Case(1024, 3, 20, (4,)),
]


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_xnnpack_as_defined(case):
    (output,) = run(model(case), [[parts(case)[0]]], XNNPACK)
    expected = defined(case, naive.blockwise_xnnpack)
    np.testing.assert_array_equal(output.reshape(expected.shape), expected)


@pytest.mark.parametrize("case", SMALL + UNALIGNED, ids=str)
def test_reference_as_defined(case):
    (output,) = run(model(case), [[parts(case)[0]]], REFERENCE)
    expected = defined(case, naive.blockwise_tflite)
    np.testing.assert_array_equal(output.reshape(expected.shape), expected)


@pytest.mark.parametrize("case", SMALL + LARGE, ids=str)
def test_xnnpack_equals_litert(case):
    layer, x = model(case), parts(case)[0]
    (ours,), (theirs,) = run(layer, [[x]], XNNPACK), run_litert(layer, [[x]], XNNPACK)
    assert ours.shape == theirs.shape
    tolerance = 0 if UNSIGNED else OTHER_ORDER * np.abs(theirs).max()
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", UNALIGNED, ids=str)
def test_what_xnnpack_leaves_equals_tflite(case, numerics):
    layer, x = model(case), parts(case)[0]
    (theirs,) = run_litert(layer, [[x]], XNNPACK)
    np.testing.assert_array_equal(run(layer, [[x]], numerics)[0], theirs)


@pytest.mark.parametrize("case", [c for c in SMALL + LARGE if c.units >= 4], ids=str)
def test_reference_equals_tflite_but_for_the_activation_that_it_forgets(case):
    layer, x = model(case), parts(case)[0]
    (theirs,) = run_litert(layer, [[x]], XNNPACK, delegate=False)
    low, high = [(-np.inf, np.inf), (0, np.inf), (-1, 1), (0, 6)][case.activation]
    np.testing.assert_array_equal(run(layer, [[x]], REFERENCE)[0], np.clip(theirs, low, high))


@pytest.mark.parametrize("delegate", [True, False])
def test_tflite_forgets_the_activation(delegate):
    """Without XNNPACK, and with it where it does not take the activation."""
    case = Case(32, 3, 8, activation=TANH if delegate else RELU6)
    plain = Case(32, 3, 8)
    x = parts(case)[0]
    (theirs,) = run_litert(model(case), [[x]], XNNPACK, delegate)
    np.testing.assert_array_equal(theirs, run(model(plain), [[x]], REFERENCE)[0])
    (ours,) = run(model(case), [[x]], XNNPACK if delegate else REFERENCE)
    applied = np.tanh(theirs) if delegate else np.clip(theirs, 0, 6)
    np.testing.assert_allclose(ours, applied, rtol=1e-6, atol=1e-6)


def test_the_reference_kernel_of_litert_takes_the_scales_for_zero():
    case = Case(32, 3, 8)
    (theirs,) = run_litert(model(case), [[parts(case)[0]]], REFERENCE)
    np.testing.assert_array_equal(theirs[0], np.frombuffer(parts(case)[3].data, np.float32))


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("scales", [np.float16, np.float32])
@pytest.mark.parametrize("case", SMALL + UNALIGNED + LARGE[1:2], ids=str)
def test_is_the_product_of_what_the_kernel_sees(case, scales, numerics):
    case = Case(**{**vars(case), "scales": scales})
    x, codes, factors, offset = parts(case)
    taken = numerics == XNNPACK and case.size % 32 == 0
    rounded = bfloat16(factors.astype(np.float32)) if taken else factors
    real = codes * np.repeat(rounded.astype(np.float64), case.size, axis=1)
    quantizer = naive.xnnpack if taken else naive.asymmetric
    rows = naive.dequantized(x.reshape(-1, case.depth), quantizer)
    expected = rows @ real.T + (0 if offset is None else np.frombuffer(offset.data, np.float32))
    low, high = [(-np.inf, np.inf), (0, np.inf), (-1, 1), (0, 6)][case.activation]
    (output,) = run(model(case), [[x]], numerics)
    largest = np.abs(rows) @ np.abs(real.T)
    np.testing.assert_allclose(
        output.reshape(expected.shape),
        np.clip(expected, low, high),
        rtol=0,
        atol=1e-5 * largest.max(),
    )


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("batch", [0, 1, 7])
def test_any_batch(batch, numerics):
    case = Case(32, 3, 6, (2,))
    x = activations(np.random.default_rng(1), batch, case.depth)
    (together,) = run(model(case), [[x]], numerics)
    assert together.shape == (batch, 6)
    for i in range(batch):
        np.testing.assert_array_equal(
            together[i], run(model(case), [[x[i : i + 1]]], numerics)[0][0]
        )


@pytest.mark.parametrize("numerics", NUMERICS)
def test_a_zero_row_gives_the_bias(numerics):
    case = Case(32, 3, 6, spread=0)
    x = np.zeros((1, case.depth), np.float32)
    (output,) = run(model(case), [[x]], numerics)
    np.testing.assert_allclose(output[0], np.frombuffer(parts(case)[3].data, np.float32), atol=1e-4)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_row_that_is_not_finite_makes_nan_of_itself_only(numerics, bad):
    case = Case(32, 3, 6, (3,), activation=1)
    x = np.ones((3, case.depth), np.float32)
    x[1, 5] = bad
    (output,) = run(model(case), [[x]], numerics)
    assert np.isnan(output[1]).all()
    assert np.isfinite(output[[0, 2]]).all()


@pytest.mark.parametrize("numerics", NUMERICS)
def test_int8_blocks_are_refused_at_load(numerics):
    with pytest.raises(UnsupportedOperatorError, match="Its weight 'w' is INT8 in blocks"):
        Interpreter(model(Case(32, 3, 6), "INT8"), numerics)


def test_bfloat16_rounds_to_8_bits_ties_to_even():
    values = np.float32([1, 1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20, 65504, 2**-24, 0.1])
    expected = [1, 1, 1 + 2**-6, 1 + 2**-7, 65536, 2**-24, 0.10009765625]
    np.testing.assert_array_equal(bfloat16(values), np.float32(expected))
    np.testing.assert_array_equal(bfloat16(values), [naive.bfloat16(value) for value in values])
