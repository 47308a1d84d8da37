"""ARG_MAX, ARG_MIN, TOPK_V2 and CUMSUM, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from tests.oracle import Fixed, check, integers, operator_model, random


@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("shape", "axis"), [((1,), 0), ((9,), -1), ((2, 3, 4), 1), ((1, 4, 4, 21), -1)]
)
@pytest.mark.parametrize(("operator", "search"), [("ARG_MAX", np.argmax), ("ARG_MIN", np.argmin)])
def test_arg(operator, search, shape, axis, index_type):
    options = {"output_type": "INT32" if index_type is np.int32 else "INT64"}
    for x in (random(1, *shape), integers(2, *shape, low=0, high=4)):
        expected = np.asarray(search(x, axis=axis)).astype(index_type)
        check(operator, [x, Fixed(np.int32(axis))], expected, options)


def test_the_first_of_equals_wins():
    x = np.float32([[1, 5, 5, 1]])
    check("ARG_MAX", [x, Fixed(np.int32(1))], np.int32([1]), {"output_type": "INT32"})
    check("ARG_MIN", [x, Fixed(np.int32(1))], np.int32([0]), {"output_type": "INT32"})


@pytest.mark.parametrize("k", [0, 1, 3, 8])
@pytest.mark.parametrize("shape", [(8,), (2, 3, 8)])
def test_top_k(shape, k):
    x = random(1, *shape)
    order = np.argsort(-x, axis=-1, kind="stable")[..., :k].astype(np.int32)
    expected = [np.take_along_axis(x, order, -1), order]
    runs = ["xnnpack", "reference"] if k else []
    check("TOPK_V2", [x, Fixed(np.int32(k))], expected, litert_runs=runs)


def test_top_k_of_equal_elements():
    x = np.int32([3, 7, 3, 7, 3])
    check("TOPK_V2", [x, np.int32(4)], [np.int32([7, 7, 3, 3]), np.int32([1, 3, 0, 2])])


@pytest.mark.parametrize("k", [-1, 5])
def test_top_k_of_too_many(k):
    x = random(1, 4)
    model = operator_model("TOPK_V2", [x, np.int32(k)], [x, integers(1, 4)])
    with pytest.raises(InputError, match=f"asks for the {k} largest"):
        Interpreter(model).invoke(in0=x, in1=np.int32(k))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize(("shape", "axis"), [((5,), 0), ((2, 3, 4), 1), ((2, 3, 4), -1)])
def test_cumsum(shape, axis, exclusive, reverse):
    x = integers(1, *shape)
    forward = np.flip(x, axis) if reverse else x
    sums = np.cumsum(forward, axis, dtype=x.dtype) - (forward if exclusive else 0)
    expected = np.ascontiguousarray(np.flip(sums, axis) if reverse else sums)
    options = {"exclusive": exclusive, "reverse": reverse}
    check("CUMSUM", [x, Fixed(np.int32(axis))], expected, options)


def test_cumsum_of_floats():
    x = random(1, 3, 50)
    expected = np.cumsum(x.astype(float), 1).astype(np.float32)
    check("CUMSUM", [x, Fixed(np.int32(1))], expected, tolerance=2e-6)  # sums of 50 in float32


def test_exclusive_cumsum_stops_before_infinity():
    x = np.float32([1, np.inf, 1])
    model = operator_model("CUMSUM", [x, Fixed(np.int32(0))], [x], {"exclusive": True})
    np.testing.assert_array_equal(Interpreter(model).invoke(in0=x)["out0"], [0, 1, np.inf])
