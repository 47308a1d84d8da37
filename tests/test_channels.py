"""Few weights are rounded in NumPy, many by kernels: to the same integers."""

import numpy as np
import pytest

from quant import channels, compiled_channels, plain_channels

SHAPE = (3, 4, 5)


@pytest.fixture(params=[plain_channels, compiled_channels])
def module(request, monkeypatch):
    """What ``channels`` calls: the weights are just enough for a kernel, or one too few."""
    least = np.prod(SHAPE) + (request.param is plain_channels)
    for name in ("_COMPARED_FROM", "_ROUNDED_FROM"):
        monkeypatch.setattr(channels, name, least)
    return request.param


def test_functions_are_those_of_the_module(module):
    weights = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    largest = channels.largest_magnitudes(weights)
    np.testing.assert_array_equal(largest, np.abs(weights).max(axis=(0, 2)))
    step, scale = largest / np.float64(127), largest / np.float32(127)
    values, defined = np.empty((2, *SHAPE), np.int8)
    sums = channels.round_to_nearest(weights, step, scale, 127, values)
    assert sums == module.round_to_nearest(weights, step, scale, 127, defined)
    np.testing.assert_array_equal(values, defined)
    steps = step[:, None] * [1.5, 0.5, 1.0, 1.0]
    best = channels.best_steps(weights, steps, 127, 0.0)
    np.testing.assert_array_equal(best, module.best_steps(weights, steps, 127, 0.0))
    np.testing.assert_array_equal(best, 2)


def test_every_candidate_is_a_rounding(monkeypatch):
    monkeypatch.setattr(channels, "_COMPARED_FROM", 3 * np.prod(SHAPE))
    used = []
    for module in (plain_channels, compiled_channels):
        monkeypatch.setattr(module, "best_steps", lambda *_, m=module: used.append(m))
    weights = np.ones(SHAPE, np.float32)
    for candidates in (2, 3):
        steps = np.ones((SHAPE[1], candidates))
        channels.best_steps(weights, steps, 127, 0.0)
    assert used == [plain_channels, compiled_channels]


def test_few_weights_among_many_are_compiled(monkeypatch):
    used = []
    for name in ("largest_magnitudes", "round_to_nearest", "best_steps"):
        monkeypatch.setattr(plain_channels, name, lambda *_: pytest.fail("in NumPy"))
        monkeypatch.setattr(
            compiled_channels, name, lambda *_, name=name: used.append(name) or (0.0, 0.0)
        )
    weights, steps = np.ones(SHAPE, np.float32), np.ones((SHAPE[1], 1))
    channels.largest_magnitudes(weights, compiled=True)
    channels.best_steps(weights, steps, 127, 0.0, compiled=True)
    channels.round_to_nearest(weights, steps, steps, 127, np.empty(SHAPE, np.int8), compiled=True)
    assert used == ["largest_magnitudes", "best_steps", "round_to_nearest"]


def test_kernels_are_loaded_beside(monkeypatch):
    loaded = []
    monkeypatch.setattr(compiled_channels, "kernel", loaded.append)
    channels.start_loading().join()
    assert "weight_rows.best_steps" in loaded
