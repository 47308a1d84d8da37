from dataclasses import dataclass

import numpy as np
import pytest

from kernels.node import NUMERICS, REFERENCE, XNNPACK
from tests import naive
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import FLOAT, PER_TENSOR, activations, assert_equals_litert, run, weight


@dataclass(frozen=True)
class Case:
    batch: tuple[int, ...]
    right_batch: tuple[int, ...]
    m: int
    k: int
    n: int
    adj_x: bool = False
    adj_y: bool = False
    asymmetric: bool = False
    kind: str = PER_TENSOR
    seed: int = 0

    @property
    def left(self) -> tuple[int, ...]:
        return (*self.batch, *((self.k, self.m) if self.adj_x else (self.m, self.k)))

    @property
    def right(self) -> tuple[int, ...]:
        return (*self.right_batch, *((self.n, self.k) if self.adj_y else (self.k, self.n)))


def model(case: Case):
    """The model, its input, the real values of the constant, as it is stored."""
    rng = np.random.default_rng(case.seed)
    weights, real = weight(rng, "w", case.right, case.kind)
    shape = (*np.broadcast_shapes(case.batch, case.right_batch), case.m, case.n)
    options = {
        "adj_x": case.adj_x,
        "adj_y": case.adj_y,
        "asymmetric_quantize_inputs": case.asymmetric,
    }
    made = single_operator(
        "BATCH_MATMUL", [tensor("x", case.left), weights], [tensor("y", shape)], options, version=4
    )
    return made, activations(rng, *case.left), real


SHAPES = [
    ((), (), 1, 1, 1),
    ((), (), 3, 5, 4),
    ((2,), (2,), 3, 20, 7),
    ((3,), (1,), 1, 600, 5),
    ((2,), (), 4, 8, 6),
    ((2, 3), (2, 3), 4, 16, 5),
    ((2, 3), (1, 1), 3, 2000, 2),
    ((2, 1, 3), (1, 2, 3), 2, 4, 3),
]

CASES = [
    Case(*shape, adj_x=adj_x, adj_y=adj_y, asymmetric=asymmetric, kind=kind, seed=seed)
    for seed, shape in enumerate(SHAPES)
    for adj_x in (False, True)
    for adj_y in (False, True)
    for kind, asymmetric in ((FLOAT, False), (PER_TENSOR, False), (PER_TENSOR, True))
]


def litert_is_right(case: Case, numerics: str) -> bool:
    """LiteRT's own hybrid kernel mixes up batches of two dimensions and more."""
    return case.kind == FLOAT or numerics == XNNPACK or len(case.batch) < 2


@pytest.mark.parametrize(
    ("case", "numerics"),
    [
        (case, numerics)
        for case in CASES
        for numerics in NUMERICS
        if litert_is_right(case, numerics)
    ],
    ids=str,
)
def test_equals_litert(case, numerics):
    product, x, _ = model(case)
    assert_equals_litert(product, [[x]], numerics)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_is_the_product_of_what_the_kernel_sees(case, numerics):
    product, fed, right = model(case)
    left = fed.swapaxes(-1, -2) if case.adj_x else fed
    right = right.swapaxes(-1, -2) if case.adj_y else right
    if case.kind != FLOAT:
        quantizer = naive.asymmetric if case.asymmetric else naive.symmetric
        if numerics == XNNPACK:
            quantizer = naive.xnnpack
        left = naive.dequantized(left, quantizer)
    expected = left.astype(np.float64) @ right.astype(np.float64)
    (output,) = run(product, [[fed]], numerics)
    np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-4 * np.abs(left).max())


@pytest.mark.parametrize("numerics", NUMERICS)
def test_both_operands_made_at_run_time(numerics):
    rng = np.random.default_rng(0)
    left, right = activations(rng, 2, 3, 4, 5), activations(rng, 2, 3, 5, 6)
    product = single_operator(
        "BATCH_MATMUL",
        [tensor("a", left.shape), tensor("b", right.shape)],
        [tensor("y", (2, 3, 4, 6))],
    )
    assert_equals_litert(product, [[left, right]], numerics)


def test_a_scale_for_each_column():
    scale = quantization([0.5, 0.25, 2], axis=2)
    codes = np.arange(-6, 6, dtype=np.int8).reshape(1, 4, 3)
    product = single_operator(
        "BATCH_MATMUL",
        [tensor("x", (1, 2, 4)), constant("w", codes, quantization=scale)],
        [tensor("y", (1, 2, 3))],
    )
    x = np.array([[[127, -1, 3, 0], [-127, 7, 5, 2]]], np.float32)
    (output,) = run(product, [[x]], REFERENCE)
    np.testing.assert_array_equal(output, x @ (codes * np.float32([0.5, 0.25, 2])))
    assert_equals_litert(product, [[x]], XNNPACK)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_a_row_that_is_not_finite_makes_nan_of_itself_only(numerics):
    product, x, _ = model(Case((2,), (2,), 3, 20, 7))
    x = np.ones_like(x)
    x[1, 2, 5] = np.nan
    (output,) = run(product, [[x]], numerics)
    assert np.isnan(output[1, 2]).all()
    assert np.isfinite(output[0]).all()
    assert np.isfinite(output[1, :2]).all()
