"""Sums over axes lowered equal their plain kernels to the bit, by every instruction set here."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.isa import CHOICE
from tests.build_model import constant, quantization, single_operator, tensor
from tests.tiles import USABLE, assert_flat_equals_plain, is_one_segment

OPERATORS = ["MEAN", "SUM"]

CASES = [  # shape, axes
    ((1,), (0,)),
    ((1, 7, 7, 130), (1, 2)),
    ((3, 4, 5, 17), (1, 2)),
    ((2, 3, 4, 5), (-1,)),
    ((3, 5, 16), (2,)),
    ((3, 5, 37), (2,)),
    ((4, 100), (1,)),
    ((2, 3, 4, 17), (1, 2, 3)),
    ((5, 40), (0,)),
    ((2, 3, 1), (1,)),
    ((2, 9, 1), (1, 1)),
    ((6, 3, 70), (0, 1)),
]


def reduced(operator, shape, axes, keep_dims, scheme=None, made_scheme=None, axes_type=np.int32):
    element_type = "FLOAT32" if scheme is None else "INT8"
    summed = {axis % len(shape) for axis in axes}
    left = [1 if axis in summed else size for axis, size in enumerate(shape)]
    if not keep_dims:
        left = [size for axis, size in enumerate(shape) if axis not in summed]
    given = tensor("x", shape, element_type, quantization=scheme)
    made = tensor("y", tuple(left), element_type, quantization=made_scheme)
    return single_operator(
        operator, [given, constant("a", axes_type(axes))], [made], {"keep_dims": keep_dims}
    )


@pytest.fixture(params=USABLE)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


@pytest.mark.parametrize("keep_dims", [False, True])
@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_floats(case, operator, keep_dims):
    model, rng = reduced(operator, *case, keep_dims), np.random.default_rng(0)
    assert_flat_equals_plain(model, rng.standard_normal(case[0]).astype(np.float32))


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_what_is_not_finite_and_zeros_of_both_signs(case, operator):
    model, rng = reduced(operator, *case, True), np.random.default_rng(1)
    for numbers in ([-0.0], [0.0, -0.0], [1.0, np.inf], [np.inf, -np.inf], [1.0, np.nan]):
        assert_flat_equals_plain(model, rng.choice(np.float32(numbers), case[0]))


@pytest.mark.parametrize("scales", [(0.05, 0.05), (0.01, 0.3), (0.9, 0.001)])
@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_integers(case, operator, scales):
    schemes = [quantization(scale, zero) for scale, zero in zip(scales, (-9, 31), strict=True)]
    x = np.random.default_rng(2).integers(-128, 128, case[0]).astype(np.int8)
    assert_flat_equals_plain(reduced(operator, *case, True, *schemes), x)


REFUSED = [
    ("MEAN", (2, 3, 4, 5), (0, 2), True),  # apart from each other
    ("SUM", (2, 3, 0), (1,), True),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_left_to_the_plain_kernel(case):
    interpreter = Interpreter(reduced(*case))
    interpreter.invoke(x=np.ones(case[1], np.float32))
    assert not is_one_segment(interpreter)
