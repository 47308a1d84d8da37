import numpy as np
import pytest

from tests.oracle import operator_model, random
from tests.plain_and_flat import assert_left_to_plain, operator_flat

KERNELS = {  # operator: the kernel that it becomes
    "ABS": "unary.absolute",
    "CEIL": "unary.ceil",
    "COS": "trigonometry.xnnpack_cos",
    "ELU": "activations.xnnpack_elu",
    "EXP": "functions.xnnpack_exp",
    "FLOOR": "unary.floor",
    "HARD_SWISH": "activations.xnnpack_hard_swish",
    "LOG": "functions.xnnpack_log",
    "LOGISTIC": "functions.xnnpack_logistic",
    "NEG": "unary.negative",
    "RELU": "unary.clamp",
    "RELU6": "unary.clamp",
    "RELU_0_TO_1": "unary.unit_clamp",
    "RELU_N1_TO_1": "unary.clamp",
    "ROUND": "unary.rounded",
    "RSQRT": "roots.xnnpack_rsqrt",
    "SIGN": "unary.sign",
    "SIN": "trigonometry.xnnpack_sin",
    "SQRT": "roots.xnnpack_sqrt",
    "SQUARE": "unary.square",
    "TANH": "functions.xnnpack_tanh",
}
ODD = np.float32([0, -0.0, 1e-40, -1e-40, np.inf, -np.inf, np.nan, 2.0**127, 0.5, 2.5, 88, -88])


@pytest.mark.parametrize(("operator", "kernel"), KERNELS.items())
def test_functions(operator, kernel):
    x = np.concatenate([ODD, random(0, 1000) * np.float32(5)])
    assert operator_flat(operator, [x], [x]) == [kernel]


@pytest.mark.parametrize("shape", [(), (0, 3), (1,), (2, 3, 5), (5, 7000)])
def test_of_any_shape(shape):
    x = np.asarray(random(0, *shape))
    operator_flat("TANH", [x], [x])


@pytest.mark.parametrize("approximate", [False, True])
def test_gelu(approximate):
    x = np.concatenate([ODD, random(0, 1000)])
    operator_flat("GELU", [x], [x], {"approximate": approximate})


@pytest.mark.parametrize("alpha", [0.2, -1.0])
def test_leaky_relu(alpha):
    x = np.concatenate([ODD, random(0, 1000)])
    operator_flat("LEAKY_RELU", [x], [x], {"alpha": alpha})


def test_integers_are_left_to_the_plain_kernel():
    x = np.arange(-3, 9, dtype=np.int32)
    assert_left_to_plain(operator_model("ABS", [x], [x]), x)
