"""Pooling lowered equals its plain kernels to the bit, by every instruction set here."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.isa import CHOICE
from kernels.window import SAME, VALID
from tests.build_model import Operation, constant, graph, quantization, single_operator, tensor
from tests.naive import positions
from tests.tiles import USABLE, assert_flat_equals_plain, is_one_segment, kernels_of

OPERATORS = ["AVERAGE_POOL_2D", "MAX_POOL_2D"]

CASES = [  # images, window, stride, padding, fused activation
    ((1, 1, 1, 1), (1, 1), (1, 1), VALID, 0),
    ((2, 7, 6, 37), (3, 3), (2, 2), SAME, 1),
    ((1, 9, 8, 100), (3, 3), (1, 1), SAME, 0),
    ((1, 8, 8, 70), (2, 2), (2, 2), VALID, 3),
    ((2, 5, 7, 16), (2, 2), (1, 2), SAME, 2),
    ((1, 7, 7, 96), (7, 7), (7, 7), VALID, 0),
    ((3, 6, 11, 20), (4, 3), (3, 2), SAME, 1),
    ((1, 40, 3, 5), (40, 1), (1, 1), SAME, 0),  # several tiles
    ((1, 12, 5, 129), (1, 5), (1, 1), SAME, 0),
    ((1, 20, 6, 8), (3, 3), (3, 3), VALID, 0),
]


def pooled(operator, x, size, stride, padding, activation, scheme=None, name="INT8"):
    element_type = "FLOAT32" if scheme is None else name
    axes = zip(x[1:3], size, stride, (1, 1), strict=True)
    shape = (x[0], *(positions(*axis, padding == SAME) for axis in axes), x[3])
    given, made = (
        tensor(name, size, element_type, quantization=scheme)
        for name, size in (("x", x), ("y", shape))
    )
    options = {
        "padding": padding,
        "stride_h": stride[0],
        "stride_w": stride[1],
        "filter_height": size[0],
        "filter_width": size[1],
        "fused_activation_function": activation,
    }
    return single_operator(operator, [given], [made], options)


@pytest.fixture(params=USABLE)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_floats(case, operator):
    x = np.random.default_rng(0).standard_normal(case[0]).astype(np.float32)
    assert_flat_equals_plain(pooled(operator, *case), x)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_what_is_not_finite_and_zeros_of_both_signs(case, operator):
    numbers = [0.0, -0.0, -1.0, np.inf, -np.inf, np.nan]
    for chosen in (numbers[:2], numbers[:3], numbers[2:5], numbers):
        x = np.random.default_rng(1).choice(np.float32(chosen), case[0])
        assert_flat_equals_plain(pooled(operator, *case), x)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_integers(case, operator):
    x = np.random.default_rng(2).integers(-128, 128, case[0]).astype(np.int8)
    model = pooled(operator, *case, quantization(0.05, -9))
    assert_flat_equals_plain(model, x)
    assert_flat_equals_plain(model, np.full_like(x, -128))


PADDINGS = np.int32([(0, 0), (1, 2), (1, 1), (0, 0)])


def padded(x, scheme=None):
    """PAD, then MAX_POOL_2D."""
    element_type = "FLOAT32" if scheme is None else "INT8"
    shape = tuple(np.int32(x) + PADDINGS.sum(axis=1))
    size = (x[0], (shape[1] - 1) // 2, (shape[2] - 1) // 2, x[3])
    given, inner, made = (
        tensor(name, size, element_type, quantization=scheme)
        for name, size in (("x", x), ("p", shape), ("y", size))
    )
    window = dict.fromkeys(("filter_height", "filter_width"), 3)
    operations = [
        Operation("PAD", [given, constant("w", PADDINGS)], [inner], {}, version=2),
        Operation(
            "MAX_POOL_2D",
            [inner],
            [made],
            {"padding": VALID, "stride_h": 2, "stride_w": 2} | window,
        ),
    ]
    return graph(operations, [given], [made])


@pytest.mark.usefixtures("isa")
def test_a_pad_becomes_part_of_the_maximum():
    x, rng = (2, 8, 7, 37), np.random.default_rng(3)
    for numbers in ([-1.0, -2.0], [0.0, -0.0, -1.0], [-3.0, np.nan]):
        assert_flat_equals_plain(padded(x), rng.choice(np.float32(numbers), x))
    codes, integers = rng.integers(-128, 20, x).astype(np.int8), padded(x, quantization(0.05, 17))
    assert_flat_equals_plain(integers, codes)
    assert len(kernels_of(integers, codes)) == 1


REFUSED = [
    (("AVERAGE_POOL_2D", (1, 9, 9, 3), (2, 2), (3, 3), VALID, 0), np.float32),
    (
        ("MAX_POOL_2D", (1, 9, 9, 3), (2, 2), (2, 2), VALID, 0, quantization(0.1, 3), "UINT8"),
        np.uint8,
    ),
]


@pytest.mark.parametrize(("case", "dtype"), REFUSED, ids=str)
def test_what_is_left_to_the_plain_kernel(case, dtype):
    interpreter = Interpreter(pooled(*case))
    interpreter.invoke(x=np.ones(case[1], dtype))
    assert not is_one_segment(interpreter)
