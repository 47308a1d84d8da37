"""MEAN, SUM and REDUCE_PROD of quantized tensors, against real numbers and LiteRT."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from tests.build_model import constant
from tests.quantized import BYTES, TYPES, Affine, affines, check, codes, model_of

CASES = [
    ((2, 5, 6, 7), [1, 2]),
    ((2, 5, 6, 7), [-1]),
    ((2, 5, 6, 7), [0, 3]),
    ((3, 40), [1]),
    ((4000, 7), [1]),
    ((1, 1, 1, 8), [1, 2]),
    ((2, 3, 4, 3, 2), [0, 1, 2, 3, 4]),
]
REAL = {"MEAN": np.mean, "SUM": np.sum}


def reduction(operator, element_type, shape, axes, keep, scale):
    x = affines(len(shape), element_type, 1)[0]
    out = Affine(element_type, x.scale * scale, 0 if element_type == "INT16" else 5)
    q = codes(1, x, *shape)
    real = REAL[operator](x.real(q), axis=tuple(axes), keepdims=keep)
    indices = constant("axes", np.int32(axes))
    given = {"keep_dims": keep}
    model = model_of(operator, [(x, q)], out, real.shape, given, constants=[indices])
    return model, q, out, real


@pytest.mark.parametrize("scale", [1.0, 0.5, 1.37])
@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize(("shape", "axes"), CASES)
@pytest.mark.parametrize("element_type", TYPES)
def test_mean(element_type, shape, axes, keep, scale):
    model, q, out, real = reduction("MEAN", element_type, shape, axes, keep, scale)
    check(model, [q], out, real)


@pytest.mark.parametrize("scale", [20.0, 7.3])
@pytest.mark.parametrize(("shape", "axes"), CASES)
@pytest.mark.parametrize("element_type", TYPES)
def test_sum(element_type, shape, axes, scale):
    """LiteRT's reference kernel is wrong for int8 and int16: it reads sums of another type."""
    model, q, out, real = reduction("SUM", element_type, shape, axes, False, scale)
    check(model, [q], out, real, numerics=["xnnpack"])
    check(model, [q], out, real, numerics=["reference"], litert_runs=element_type == "UINT8")


@pytest.mark.parametrize("element_type", BYTES)
def test_the_mean_of_nothing_is_zero(element_type):
    x = Affine(element_type, 0.1, 7)
    q = codes(1, x, 0, 3)
    axes = constant("axes", np.int32([0]))
    model = model_of("MEAN", [(x, q)], x, (3,), {"keep_dims": False}, constants=[axes])
    assert Interpreter(model).invoke(in0=q)["out"].tolist() == [7, 7, 7]


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize(
    ("shape", "axes"),
    [((2, 5, 6, 7), [1]), ((2, 3, 4), [2]), ((3, 1), [1]), ((2, 2, 3, 5), [1, 2]), ((4,), [0])],
)
@pytest.mark.parametrize("element_type", ["INT8", "INT16"])
def test_product(element_type, shape, axes, keep):
    """Of one factor, LiteRT's optimized kernel is a copy, whatever the scales."""
    x = affines(3, element_type, 1)[0]
    count = int(np.prod([shape[axis] for axis in axes]))
    reach = (x.limits[1] * x.scale / 2) ** count
    out = Affine(element_type, reach / x.limits[1], 0 if element_type == "INT16" else -5)
    q = codes(1, x, *shape)
    truth = np.prod(x.real(q), axis=tuple(axes), keepdims=keep)
    given, indices = {"keep_dims": keep}, constant("axes", np.int32(axes))
    model = model_of("REDUCE_PROD", [(x, q)], out, truth.shape, given, constants=[indices])
    steps = 2.5 * count if element_type == "INT8" else 40
    check(model, [q], out, truth, steps, numerics=["reference"])
    check(model, [q], out, truth, steps, numerics=["xnnpack"], litert_runs=count > 1)
