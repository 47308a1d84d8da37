"""Activation functions of quantized tensors, at every integer, against the functions and LiteRT."""

from math import erf

import numpy as np
import pytest

from kernels.node import REFERENCE
from tests.quantized import (
    BYTES,
    LOGISTIC_OUTPUT,
    TANH_OUTPUT,
    TYPES,
    Affine,
    affines,
    check,
    codes,
    every_code,
    model_of,
)

CLAMPS = {"RELU": (0, np.inf), "RELU6": (0, 6), "RELU_N1_TO_1": (-1, 1), "RELU_0_TO_1": (0, 1)}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("element_type", TYPES)
@pytest.mark.parametrize("operator", CLAMPS)
def test_clamps(operator, element_type, seed):
    x, out = affines(seed, element_type, 2)
    q = every_code(element_type)
    known = element_type in BYTES or operator in ("RELU", "RELU6")
    model = model_of(operator, [(x, q)], out, q.shape, version=1 if "_" in operator else 2)
    check(model, [q], out, np.clip(x.real(q), *CLAMPS[operator]), litert_runs=known)


@pytest.mark.parametrize("alpha", [0.1, 1.5, -0.3, 0.0, 0.003])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("element_type", TYPES)
def test_leaky_relu(element_type, seed, alpha):
    """XNNPACK knows the ratio of scales to 1/512, which is 1/4 step at 127."""
    x, out = affines(seed, element_type, 2)
    q = every_code(element_type)
    model = model_of("LEAKY_RELU", [(x, q)], out, q.shape, {"alpha": alpha})
    real = x.real(q)
    check(model, [q], out, np.where(real < 0, real * np.float32(alpha), real), steps=1.1)


@pytest.mark.parametrize("shape", [(1,), (6,), (4, 1, 6), (2, 4, 5, 6)])
@pytest.mark.parametrize("element_type", TYPES)
def test_prelu(element_type, shape):
    x = affines(1, element_type, 1)[0]
    alpha, out = Affine("UINT8" if element_type == "UINT8" else "INT8", 2e-3, 3), x
    p, q = codes(1, x, 2, 4, 5, 6), codes(2, alpha, *shape)
    model = model_of("PRELU", [(x, p), (alpha, q)], out, p.shape, version=1)
    real = x.real(p)
    check(model, [p, q], out, np.where(real < 0, real * alpha.real(q), real))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("element_type", BYTES)
def test_hard_swish(element_type, seed):
    x, out = affines(seed, element_type, 2)
    q = every_code(element_type)
    real = x.real(q)
    model = model_of("HARD_SWISH", [(x, q)], out, q.shape, version=1)
    check(model, [q], out, real * np.clip(real + 3, 0, 6) / 6, steps=2)


POWERS_OF_TWO = [2.0**-13, 2.0**-12, 2.0**-11, 2.0**-10]
"""Of int16 scales; two of them take other kernels."""


def scales(element_type):
    wide = [3e-5, 1e-4, 4e-4, 1e-3, *POWERS_OF_TWO]
    return wide if element_type == "INT16" else [0.004, 0.03, 0.1]


@pytest.mark.parametrize(
    ("element_type", "scale"), [(name, scale) for name in TYPES for scale in scales(name)]
)
@pytest.mark.parametrize("operator", ["LOGISTIC", "TANH"])
def test_sigmoids(operator, element_type, scale):
    """TFLite's own int16 kernel for scales that are powers of two is 12 steps off."""
    function = np.tanh if operator == "TANH" else lambda x: 1 / (1 + np.exp(-x))
    outputs = TANH_OUTPUT if operator == "TANH" else LOGISTIC_OUTPUT
    out = Affine(element_type, *outputs[element_type])
    x = Affine(element_type, scale, {"INT8": -9, "UINT8": 140, "INT16": 0}[element_type])
    q = every_code(element_type)
    model = model_of(operator, [(x, q)], out, q.shape)
    steps = 12 if element_type == "INT16" else 1
    check(model, [q], out, function(x.real(q)), steps)


@pytest.mark.parametrize("approximate", [False, True])
@pytest.mark.parametrize("element_type", TYPES)
def test_gelu(element_type, approximate):
    x, out = affines(3, element_type, 2)
    q = every_code(element_type)
    real = x.real(q)
    model = model_of("GELU", [(x, q)], out, q.shape, {"approximate": approximate})
    truth = real * (1 + np.vectorize(erf)(real * 0.5**0.5)) / 2
    check(model, [q], out, truth, steps=np.inf if approximate else 4)


@pytest.mark.parametrize("seed", range(3))
def test_elu_which_only_xnnpack_takes(seed):
    x, out = affines(seed, "INT8", 2)
    q = every_code("INT8")
    real = x.real(q)
    model = model_of("ELU", [(x, q)], out, q.shape, version=1)
    truth = np.where(real < 0, np.expm1(real), real)
    check(model, [q], out, truth, numerics=["xnnpack"])
    check(model, [q], out, truth, numerics=[REFERENCE], litert_runs=False)
