"""TRANSPOSE, REVERSE_V2 and REVERSE_SEQUENCE, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests.oracle import Fixed, check, integers, operator_model, random

DTYPES = [np.float32, np.int32, np.int64, np.int8, np.uint8, np.bool_]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "order"),
    [
        ((3,), [0]),
        ((2, 3), [1, 0]),
        ((2, 3, 4), [2, 0, 1]),
        ((1, 5, 1, 4), [0, 3, 1, 2]),
        ((2, 1, 3, 2, 2), [4, 2, 0, 3, 1]),
    ],
)
def test_transpose(shape, order, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    check("TRANSPOSE", [x, Fixed(np.int32(order))], np.ascontiguousarray(x.transpose(order)))


def run(operator, x, axes):
    model = operator_model(operator, [x, np.int32(axes)], [x])
    return Interpreter(model).invoke(in0=x, in1=np.int32(axes))["out0"]


def test_transpose_of_no_elements_and_of_a_scalar():
    assert run("TRANSPOSE", np.zeros((0, 2), np.float32), [1, 0]).shape == (2, 0)
    assert run("TRANSPOSE", random(1), []).shape == ()


@pytest.mark.parametrize("order", [[0], [0, 0], [1, 1], [0, -2], [0, 1, 0]])
def test_what_is_no_permutation(order):
    with pytest.raises(InputError, match=r"TRANSPOSE.*no permutation of its axes"):
        run("TRANSPOSE", random(1, 2, 3), order)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.uint8, np.bool_])
@pytest.mark.parametrize(
    ("shape", "axes"), [((4,), [0]), ((2, 3, 4), [1]), ((2, 3, 4), [-1]), ((2, 3, 4), [0, 1])]
)
def test_reverse(shape, axes, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    check("REVERSE_V2", [x, Fixed(np.int32(axes))], np.ascontiguousarray(np.flip(x, axes)))


@pytest.mark.parametrize("dtype", [np.float32, np.uint8, np.int16, np.int32, np.int64])
@pytest.mark.parametrize("length_type", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("shape", "sequence", "batch", "lengths"),
    [
        ((2, 5), 1, 0, [3, 5]),
        ((4, 3), 0, 1, [1, 0, 4]),
        ((3, 2, 4, 2), 2, 0, [1, 4, 2]),
        ((2, 3, 2, 3), 1, 3, [3, 2, 1]),
    ],
)
def test_reverse_sequence(shape, sequence, batch, lengths, length_type, dtype):
    x = integers(1, *shape, low=0, dtype=dtype)
    expected = x.copy()
    for b, length in enumerate(lengths):
        place = [slice(None)] * len(shape)
        place[batch], place[sequence] = slice(b, b + 1), slice(0, length)
        expected[tuple(place)] = np.flip(x[tuple(place)], sequence)
    options = {"seq_dim": sequence, "batch_dim": batch}
    # LiteRT reads a length of 0 as an error.
    runs = NUMERICS if min(lengths) else ()
    check(
        "REVERSE_SEQUENCE",
        [x, np.asarray(lengths, length_type)],
        expected,
        options,
        litert_runs=runs,
    )


@pytest.mark.parametrize(
    ("lengths", "sequence", "batch"), [([6, 1], 1, 0), ([-1, 1], 1, 0), ([1], 1, 0), ([1, 1], 0, 0)]
)
def test_sequences_that_do_not_fit(lengths, sequence, batch):
    x, lengths = random(1, 2, 5), np.int32(lengths)
    options = {"seq_dim": sequence, "batch_dim": batch}
    model = operator_model("REVERSE_SEQUENCE", [x, lengths], [x], options)
    with pytest.raises(InputError, match="one length"):
        Interpreter(model).invoke(in0=x, in1=lengths)
