"""Functions of quantized tensors, at every integer, against the functions and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from tests.quantized import Affine, affines, check, every_code, model_of

SIGNED = ["INT8", "INT16"]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("element_type", SIGNED)
@pytest.mark.parametrize("operator", ["ABS", "EXP", "LOG"])
def test_functions(operator, element_type, seed):
    x, out = affines(seed, element_type, 2)
    q = every_code(element_type)
    model = model_of(operator, [(x, q)], out, q.shape)
    if operator == "ABS":
        check(model, [q], out, np.abs(x.real(q)))
    else:
        check(model, [q])


@pytest.mark.parametrize("element_type", SIGNED)
def test_exponentials_and_logarithms_are_near(element_type):
    x = Affine(element_type, 0.02 if element_type == "INT8" else 1e-4)
    out = Affine(element_type, 0.1 if element_type == "INT8" else 1e-3)
    q = every_code(element_type)
    q = q[q >= 3].reshape(1, -1)
    real = x.real(q)
    check(model_of("EXP", [(x, q)], out, q.shape), [q], out, np.exp(real), steps=4)
    above = q[real > 0.3].reshape(1, -1)
    check(model_of("LOG", [(x, above)], out, above.shape), [above], out, np.log(x.real(above)), 4)


def test_the_logarithm_of_what_has_none_is_the_smallest():
    x, out = Affine("INT8", 0.1), Affine("INT8", 0.1)
    q = np.int8([[-5, 0]])
    check(model_of("LOG", [(x, q)], out, q.shape), [q], out, np.full((1, 2), -np.inf))


@pytest.mark.parametrize("element_type", SIGNED)
def test_negation(element_type):
    """LiteRT negates the integers as they are: the smallest stays itself."""
    x = Affine(element_type, 0.1)
    q = every_code(element_type)[:, 1:]
    check(model_of("NEG", [(x, q)], x, q.shape, version=1), [q], x, -x.real(q))


def test_negation_around_a_zero_point():
    """LiteRT leaves out the zero point: of 0.0 it makes -0.6."""
    x = Affine("INT8", 0.1, 3)
    q = np.int8([[3, 4, -128]])
    model = model_of("NEG", [(x, q)], x, q.shape, version=1)
    assert Interpreter(model).invoke(in0=q)["out"].tolist() == [[3, 2, 127]]


def test_negation_into_another_scale_is_refused():
    x, out = Affine("INT8", 0.1), Affine("INT8", 0.2)
    with pytest.raises(UnsupportedOperatorError, match=r"NEG.*different quantization"):
        Interpreter(model_of("NEG", [(x, every_code("INT8"))], out, (1, 256)))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("element_type", SIGNED)
def test_roots(element_type, seed):
    """Rounded towards zero."""
    x, out = affines(seed, element_type, 2)
    q = every_code(element_type)
    q = q[q >= x.zero_point].reshape(1, -1)
    check(model_of("SQRT", [(x, q)], out, q.shape), [q], out, np.sqrt(x.real(q)), steps=1.01)
    above = q[:, 1:] if q.size > 1 else q
    model = model_of("RSQRT", [(x, above)], out, above.shape)
    if element_type == "INT8" and q.size > 1:
        check(model, [above], out, 1 / np.sqrt(x.real(above)))
    else:
        check(model, [above])


def test_a_root_that_is_a_whole_number_of_steps():
    x, out = Affine("INT8", 0.01), Affine("INT8", 0.1)
    q = (np.arange(12) ** 2).astype(np.int8).reshape(1, -1)
    check(model_of("SQRT", [(x, q)], out, q.shape), [q], out, np.sqrt(x.real(q)))


def test_the_inverse_root_of_zero_is_the_largest():
    x, out = Affine("INT8", 0.1, -3), Affine("INT8", 0.1)
    q = np.int8([[-3, 1]])
    model = model_of("RSQRT", [(x, q)], out, q.shape)
    check(model, [q])
    assert Interpreter(model).invoke(in0=q)["out"][0, 0] == 127


@pytest.mark.parametrize("element_type", SIGNED)
@pytest.mark.parametrize("operator", ["SQRT", "RSQRT"])
def test_roots_of_what_is_below_zero(operator, element_type):
    x, out = Affine(element_type, 0.1), Affine(element_type, 0.1)
    q = np.array([[1, -1]], element_type.lower())
    with pytest.raises(InputError, match=f"{operator} of a number below 0"):
        Interpreter(model_of(operator, [(x, q)], out, q.shape)).invoke(in0=q)
