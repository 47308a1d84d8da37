from dataclasses import dataclass, replace

import numpy as np
import pytest

from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, XNNPACK
from kernels.window import SAME, VALID
from tests import naive
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import (
    FLOAT,
    KINDS,
    PER_CHANNEL,
    activations,
    assert_equals_litert,
    bias,
    run,
    weight,
)


@dataclass(frozen=True)
class Case:
    x: tuple[int, int, int, int]
    units: int
    size: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: int = SAME
    more: int = 0  # rows more than the smallest output
    activation: int = 0
    has_bias: bool = True
    kind: str = PER_CHANNEL
    seed: int = 0

    @property
    def output(self) -> tuple[int, int, int, int]:
        lengths = [
            n * s if self.padding == SAME else (n - 1) * s + k
            for n, s, k in zip(self.x[1:3], self.stride, self.size, strict=True)
        ]
        return (self.x[0], lengths[0] + self.more, lengths[1], self.units)

    @property
    def delegated(self) -> bool:
        """Whether XNNPACK takes it: with SAME padding it wants filters as large as strides."""
        return self.padding == VALID or all(
            k >= s for k, s in zip(self.size, self.stride, strict=True)
        )


def model(case: Case):
    """The model, its input, the real values of filter and bias."""
    rng = np.random.default_rng(case.seed)
    filters, real = weight(rng, "w", (case.units, *case.size, case.x[3]), case.kind)
    offset = bias(rng, "b", case.units)
    made = single_operator(
        "TRANSPOSE_CONV",
        [
            constant("shape", np.array(case.output, np.int32)),
            filters,
            tensor("x", case.x),
            offset if case.has_bias else None,
        ],
        [tensor("y", case.output)],
        {
            "padding": case.padding,
            "stride_h": case.stride[0],
            "stride_w": case.stride[1],
            "fused_activation_function": case.activation,
        },
        version=4,
    )
    values = np.frombuffer(offset.data, np.float32) if case.has_bias else 0
    return made, activations(rng, *case.x), real, values


CHOSEN = [
    Case((1, 1, 1, 1), 1, (1, 1)),
    Case((2, 3, 4, 2), 3, (3, 3), activation=1),
    Case((2, 3, 4, 2), 3, (3, 3), (2, 2)),
    Case((1, 4, 3, 5), 4, (4, 4), (2, 2), activation=3),
    Case((1, 3, 3, 2), 2, (2, 3), (1, 2), VALID, activation=2),
    Case((1, 3, 3, 2), 2, (2, 2), (3, 3), VALID, has_bias=False),  # gaps
    Case((1, 3, 3, 2), 2, (3, 3), (2, 2), VALID, more=1),
    Case((1, 3, 4, 2), 3, (3, 3), (2, 2), more=-1),
    Case((2, 3, 4, 2), 3, (1, 2), (2, 3)),  # XNNPACK leaves it to TFLite
    Case((1, 2, 2, 130), 2, (3, 3), (2, 2)),  # longer than one exact piece
    Case((1, 2, 2, 600), 2, (1, 2)),
]


def random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    x, size, stride = rng.integers(1, 6, 4), rng.integers(1, 6, 2), rng.integers(1, 4, 2)
    return Case(
        tuple(map(int, x)),
        int(rng.integers(1, 6)),
        tuple(map(int, size)),
        tuple(map(int, stride)),
        padding=int(rng.integers(2)),
        activation=int(rng.integers(4)),
        has_bias=bool(rng.integers(2)),
        seed=seed,
    )


CASES = [
    replace(case, kind=kind) for case in [*CHOSEN, *map(random_case, range(40))] for kind in KINDS
]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_equals_litert(case, numerics):
    convolution, x, _, _ = model(case)
    # What XNNPACK leaves to TFLite's optimized float kernel has no order of its own.
    exact = case.kind != FLOAT or case.delegated or numerics != XNNPACK
    assert_equals_litert(convolution, [[x]], numerics, tolerance=0 if exact else 1e-5)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CHOSEN, ids=str)
def test_is_the_convolution_of_what_the_kernel_sees(case, kind, numerics):
    convolution, fed, real, offset = model(replace(case, kind=kind))
    x = fed
    if kind != FLOAT:
        delegated = numerics == XNNPACK and case.delegated
        quantizer = naive.xnnpack if delegated else naive.asymmetric
        x = naive.dequantized(fed.reshape(len(fed), -1), quantizer).reshape(fed.shape)
    expected = naive.transpose_convolution(x, real, case.stride, case.padding == SAME, case.output)
    low, high = [(-np.inf, np.inf), (0, np.inf), (-1, 1), (0, 6)][case.activation]
    (output,) = run(convolution, [[fed]], numerics)
    np.testing.assert_allclose(
        output, np.clip(expected + offset, low, high), rtol=1e-5, atol=1e-4 * np.abs(x).max()
    )


@pytest.mark.parametrize("numerics", NUMERICS)
def test_an_image_that_is_not_finite_makes_nan_of_itself_only(numerics):
    convolution, x, _, _ = model(Case((3, 3, 3, 2), 2, (3, 3)))
    x = np.ones_like(x)
    x[1, 1, 1, 0] = np.nan
    (output,) = run(convolution, [[x]], numerics)
    assert np.isnan(output[1]).all()
    assert np.isfinite(output[[0, 2]]).all()


@pytest.mark.parametrize("numerics", NUMERICS)
def test_the_weight_minus_128_has_its_sign(numerics):
    codes = np.full((1, 1, 1, 32), -128, np.int8)
    convolution = single_operator(
        "TRANSPOSE_CONV",
        [
            constant("shape", np.array([1, 1, 1, 1], np.int32)),
            constant("w", codes, quantization=quantization([0.01])),
            tensor("x", (1, 1, 1, 32)),
        ],
        [tensor("y", (1, 1, 1, 1))],
        {"stride_h": 1, "stride_w": 1},
    )
    (output,) = run(convolution, [[np.full((1, 1, 1, 32), -1, np.float32)]], numerics)
    np.testing.assert_allclose(output, 32 * 1.28, rtol=1e-5)


@pytest.mark.parametrize("shape", [(2, 4, 4, 3), (1, 4, 4, 2), (1, 4, 3)])
def test_a_shape_that_contradicts_the_operands_is_refused(shape):
    convolution = single_operator(
        "TRANSPOSE_CONV",
        [
            constant("shape", np.array(shape, np.int32)),
            constant("w", np.ones((3, 2, 2, 2), np.float32)),
            tensor("x", (1, 2, 2, 2)),
        ],
        [tensor("y", shape)],
        {"stride_h": 2, "stride_w": 2},
    )
    with pytest.raises(ModelError, match="cannot be made of an input"):
        Interpreter(convolution).invoke(x=np.ones((1, 2, 2, 2), np.float32))


def test_a_shape_of_another_type_is_refused():
    """Found by fuzzing: sizes in uint32 wrap where padding is computed, to 2**31 rows."""
    convolution = single_operator(
        "TRANSPOSE_CONV",
        [
            constant("shape", np.array([1, 8, 8, 3], np.uint32)),
            constant("w", np.ones((3, 2, 2, 2), np.float32)),
            tensor("x", (1, 4, 4, 2)),
        ],
        [tensor("y", (1, 8, 8, 3))],
        {"stride_h": 16, "stride_w": 2},
    )
    with pytest.raises(UnsupportedOperatorError, match="INT32"):
        Interpreter(convolution)
