"""Strings through the operators that take them, against NumPy and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from tests.oracle import Fixed, check, operator_model


def strings(*values, shape=(-1,)):
    result = np.empty(len(values), object)
    result[:] = values
    return result.reshape(shape)


X = strings(b"a", b"bb", b"", "ü".encode(), b"\x00\xff", b"a b", shape=(2, 3))
INT = np.int32


@pytest.mark.parametrize(
    ("operator", "inputs", "expected", "options"),
    [
        ("GATHER", [X.ravel(), INT([4, 0, 4])], X.ravel()[[4, 0, 4]], {}),
        ("GATHER_ND", [X, INT([[1, 0], [0, 2]])], strings(X[1, 0], X[0, 2]), {}),
        (
            "STRIDED_SLICE",
            [X, Fixed(INT([0, 2])), Fixed(INT([2, 0])), Fixed(INT([1, -1]))],
            X[:, 2:0:-1],
            {},
        ),
        ("SLICE", [X, Fixed(INT([0, 1])), Fixed(INT([2, 2]))], X[:, 1:], {}),
        ("RESHAPE", [X, Fixed(INT([3, -1]))], X.reshape(3, 2), {}),
        ("SQUEEZE", [X[np.newaxis]], X, {"squeeze_dims": INT([0])}),
        ("EXPAND_DIMS", [X, Fixed(INT(1))], X[:, np.newaxis], {}),
        ("TILE", [X, Fixed(INT([2, 1]))], np.tile(X, (2, 1)), {}),
        ("SHAPE", [X], INT([2, 3]), {"out_type": "INT32"}),
        ("RANK", [X], np.asarray(INT(2)), {}),
    ],
)
def test_moved(operator, inputs, expected, options):
    check(operator, inputs, expected, options)


def test_filled():
    inputs = [Fixed(INT([2, 1])), strings(b"ab", shape=())]
    expected = strings(b"ab", b"ab", shape=(2, 1))
    check("FILL", inputs, expected, litert_runs=())  # LiteRT fills with a pointer


@pytest.mark.parametrize(("operator", "same"), [("EQUAL", True), ("NOT_EQUAL", False)])
@pytest.mark.parametrize("other", [X, X[::-1].copy(), X[:1]])
def test_compared(operator, same, other):
    pairs = zip(X.ravel(), np.broadcast_to(other, X.shape).ravel(), strict=True)
    expected = np.array([(a == b) == same for a, b in pairs]).reshape(X.shape)
    check(operator, [X, other], expected)


def equal(x):
    model = operator_model(
        "EQUAL", [strings(b"x"), Fixed(strings("ü".encode()))], [np.array([True])]
    )
    return Interpreter(model).invoke(in0=x)["out0"].tolist()


def test_text_is_utf_8():
    assert [equal(np.array(["ü"])), equal(["ü"]), equal(strings("ü"))] == [[True]] * 3
    assert equal(["u"]) == [False]


@pytest.mark.parametrize("x", [np.array([1]), [None], [2.5]])
def test_what_is_no_text(x):
    with pytest.raises(InputError, match="pass str or bytes"):
        equal(x)
