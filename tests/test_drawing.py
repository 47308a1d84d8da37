"""RANDOM_UNIFORM, RANDOM_STANDARD_NORMAL and MULTINOMIAL, against LiteRT, run after run."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.node import NUMERICS
from tests.hybrid import assert_equals_litert, run
from tests.oracle import Fixed, operator_model, random

SEEDS = [{"seed": 1, "seed2": 2}, {"seed": -7, "seed2": 2**40 + 3}, {"seed": 0, "seed2": 9}]


def draws(operator, shape, options):
    return operator_model(
        operator, [Fixed(np.int32(shape))], [np.zeros(shape, np.float32)], options
    )


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("options", SEEDS)
@pytest.mark.parametrize("shape", [(1,), (4,), (3, 5), (2, 3, 11)])
def test_uniform(shape, options, numerics):
    assert_equals_litert(draws("RANDOM_UNIFORM", shape, options), [[], [], []], numerics)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("options", SEEDS)
@pytest.mark.parametrize("shape", [(1,), (4,), (3, 5), (2, 3, 11)])
def test_standard_normal(shape, options, numerics):
    model = draws("RANDOM_STANDARD_NORMAL", shape, options)
    assert_equals_litert(model, [[], [], []], numerics, tolerance=5e-7)


def test_distributions():
    options = {"seed": 3, "seed2": 4}
    (even,) = run(draws("RANDOM_UNIFORM", (40_000,), options), [[]], "reference")
    (normal,) = run(draws("RANDOM_STANDARD_NORMAL", (40_000,), options), [[]], "reference")
    assert [even.min() >= 0, even.max() < 1] == [True, True]
    np.testing.assert_allclose([even.mean(), even.var()], [1 / 2, 1 / 12], atol=0.01)
    np.testing.assert_allclose([normal.mean(), normal.var()], [0, 1], atol=0.02)


def test_reset_begins_again():
    interpreter = Interpreter(draws("RANDOM_UNIFORM", (5,), {"seed": 1}))
    first, second = (interpreter.invoke()["out0"] for _ in range(2))
    assert (first != second).any()
    interpreter.reset()
    np.testing.assert_array_equal(interpreter.invoke()["out0"], first)


def multinomial(logits, samples, options, dtype=np.int64):
    output = np.zeros((len(logits), max(samples, 0)), dtype)
    inputs = [logits, np.asarray(np.int32(samples))]
    return operator_model("MULTINOMIAL", inputs, [output], options), inputs


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("options", SEEDS)
@pytest.mark.parametrize(("shape", "samples"), [((1, 1), 3), ((2, 5), 7), ((3, 40), 16)])
def test_multinomial(shape, samples, options, dtype, numerics):
    logits = random(1, *shape) * 2
    logits[0, :1] = -np.inf if shape[1] > 1 else 0
    model, inputs = multinomial(logits, samples, options, dtype)
    assert_equals_litert(model, [inputs, inputs, inputs], numerics)


def test_how_often_a_class_is_drawn():
    chances = np.array([[0.1, 0.6, 0.3]])
    model, inputs = multinomial(np.log(chances).astype(np.float32), 30_000, SEEDS[0])
    (classes,) = run(model, [inputs], "reference")
    np.testing.assert_allclose(np.bincount(classes[0]) / 30_000, chances[0], atol=0.01)


@pytest.mark.parametrize(("shape", "samples"), [((2, 0), 1), ((2, 3), -1), ((3,), 1)])
def test_samples_of_nothing(shape, samples):
    model, inputs = multinomial(random(1, *shape), samples, SEEDS[0])
    with pytest.raises(InputError, match="MULTINOMIAL draws"):
        Interpreter(model).invoke(in0=inputs[0], in1=inputs[1])


@pytest.mark.parametrize("operator", ["RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL"])
def test_more_than_the_limit(operator):
    shape = np.int32([2**30])
    model = operator_model(operator, [shape], [np.zeros(1, np.float32)])
    with pytest.raises(ModelError, match="the limit is 1000"):
        Interpreter(model, limits=Limits(tensor_bytes=1000)).invoke(in0=shape)
