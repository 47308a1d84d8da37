import numpy as np
import pytest

from kernels.transcendental import logistic, tanh
from tests.build_model import constant, single_operator, tensor
from tests.hybrid import assert_equals_litert

POINTS = np.concatenate(
    [
        np.linspace(-10, 10, 2001),
        np.linspace(-110, 20, 1301),
        np.random.default_rng(0).standard_normal(1000),
        10.0 ** np.linspace(-30, 1, 100),
        [0.0, -0.0, 7.9, 7.91, 16.6355, 16.636, -104, -104.01, 1e30, -1e30, np.inf, -np.inf],
    ]
).astype(np.float32)
UNITS = 4
ROWS = POINTS[: len(POINTS) // UNITS * UNITS].reshape(-1, UNITS)


def test_tanh_is_near_tanh():
    np.testing.assert_allclose(tanh(POINTS), np.tanh(POINTS.astype(np.float64)), atol=4e-7)
    np.testing.assert_array_equal(tanh(-POINTS), -tanh(POINTS))


def test_logistic_is_near_the_logistic_function():
    exact = 1 / (1 + np.exp(np.minimum(-POINTS.astype(np.float64), 700)))
    units = np.spacing(np.maximum(exact, np.finfo(np.float32).tiny).astype(np.float32))
    assert np.all(np.abs(logistic(POINTS) - exact) <= 5 * units)


@pytest.mark.parametrize("function", [tanh, logistic])
def test_nan_stays_nan_and_float32_stays_float32(function):
    with np.errstate(invalid="ignore"):
        assert np.isnan(function(np.array([np.nan, 1], np.float32))).tolist() == [True, False]
    assert function(POINTS).dtype == np.float32


def test_tanh_equals_litert():
    """An RNN of no memory, whose input passes unchanged, is its activation."""
    finite = ROWS[np.isfinite(ROWS).all(axis=1)]
    model = single_operator(
        "RNN",
        [
            tensor("x", finite.shape),
            constant("w", np.eye(UNITS, dtype=np.float32)),
            constant("r", np.zeros((UNITS, UNITS), np.float32)),
            constant("b", np.zeros(UNITS, np.float32)),
            tensor("h", finite.shape, is_variable=True),
        ],
        [tensor("y", finite.shape)],
        {"fused_activation_function": "TANH"},
    )
    assert_equals_litert(model, [[finite]], "reference")


def test_logistic_equals_litert():
    """An LSTM whose cell is 1 is its output gate."""
    finite = ROWS[np.isfinite(ROWS).all(axis=1)]
    nothing = constant("nothing", np.zeros((UNITS, UNITS), np.float32))
    passes = constant("w", np.eye(UNITS, dtype=np.float32))
    biases = [constant(f"b{value}", np.full(UNITS, value, np.float32)) for value in (100, 0, 1)]
    model = single_operator(
        "LSTM",
        [
            tensor("x", finite.shape),
            *(nothing, nothing, nothing, passes),
            *(nothing, nothing, nothing, nothing),
            *(None, None, None),
            *(biases[0], biases[1], biases[2], biases[1]),
            *(None, None),
            tensor("h", finite.shape, is_variable=True),
            tensor("c", finite.shape, is_variable=True),
            *(None, None, None, None),
        ],
        [tensor("y", finite.shape)],
        {"fused_activation_function": "NONE"},
    )
    assert_equals_litert(model, [[finite]], "reference")
