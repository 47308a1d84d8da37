import numpy as np
import pytest

from kernels.activation import NONE, RELU, RELU6
from kernels.flat.profile import PLAIN
from tests.plain_and_flat import assert_flat, kernels_of
from tests.quantized import BYTES, Affine, affines, codes, model_of

SHAPES = [((), ()), ((0, 3), (3,)), ((5, 70), (5, 70)), ((4, 70), (1,)), ((7, 1), (1, 130))]
SHAPES += [((9001,), (9001,)), ((2, 3, 4, 5), (1, 3, 1, 5))]


def model(operator, x, y, out, p, q, activation=NONE):
    shape = np.broadcast_shapes(p.shape, q.shape)
    options = {"fused_activation_function": activation}
    return model_of(operator, [(x, p), (y, q)], out, shape, options)


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL"])
@pytest.mark.parametrize("shapes", SHAPES)
def test_shapes(operator, element_type, shapes):
    x, y, out = affines(1, element_type, 3)
    p, q = (np.asarray(codes(i, element_type, *shape)) for i, shape in enumerate(shapes))
    assert_flat(model(operator, x, y, out, p, q), p, q)


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("operator", ["ADD", "SUB", "MUL"])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("activation", [NONE, RELU, RELU6])
def test_scales_and_activations(operator, element_type, seed, activation):
    x, y, out = affines(seed, element_type, 3)
    p, q = (codes(10 * seed + i, element_type, 2000) for i in range(2))
    (used,) = assert_flat(model(operator, x, y, out, p, q, activation), p, q)
    assert used.startswith("integer_arithmetic.")


def test_scales_that_xnnpack_does_not_take_have_a_table():
    x, out = Affine("INT8", 1.0), Affine("INT8", 1e-4)
    p, q = codes(0, x, 50), codes(1, x, 50)
    assert assert_flat(model("ADD", x, x, out, p, q), p, q) == ["tables.look_up_pairs"]


def test_larger_integers_are_left_to_the_plain_kernel():
    x, y, out = affines(0, "INT16", 3)
    p, q = codes(0, x, 50), codes(1, y, 50)
    assert PLAIN in kernels_of(model("MUL", x, y, out, p, q), p, q)


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("shape", [(0, 3), (1,), (3, 1), (7, 16), (5, 17), (2, 5, 64), (2, 1001)])
@pytest.mark.parametrize("beta", [1.0, 0.3])
def test_softmax(element_type, shape, beta):
    x = Affine(element_type, 0.11, 5)
    out = Affine(element_type, 1 / 256, -128 if element_type == "INT8" else 0)
    q = codes(0, x, *shape)
    assert_flat(model_of("SOFTMAX", [(x, q)], out, q.shape, {"beta": beta}), q)
