"""Weights by channel in compiled kernels, against their definition in NumPy."""

import mmap

import numpy as np
import pytest

from quant import compiled_channels, plain_channels

SHAPES = [
    (1, 1, 1),
    (1, 5, 9),
    (3, 5, 7),
    (1, 7, 1),
    (40, 37, 1),
    (2, 3, 40000),
    (100003, 1, 1),
    (1, 64, 576),
    (9, 1024, 1),
    (3000, 130, 1),
]
"""Outer, channels, inner: rows, columns and one channel, of less and more than a chunk."""


def random(shape):
    """Weights of which some are halves of a step of 1."""
    generator = np.random.default_rng(0)
    weights = generator.normal(size=shape, scale=3).astype(np.float32)
    return np.where(generator.random(shape) < 0.1, np.round(weights) + np.float32(0.5), weights)


def steps_of(weights, limit, factor=1.0):
    step = plain_channels.largest_magnitudes(weights) * factor / np.float64(limit)
    return step, step.astype(np.float32)


def rounded(module, weights, step, scale, limit):
    values = np.empty(weights.shape, np.int8)
    return values, module.round_to_nearest(weights, step, scale, limit, values)


@pytest.mark.parametrize("shape", SHAPES)
def test_largest_magnitudes(shape):
    weights = random(shape)
    found = compiled_channels.largest_magnitudes(weights)
    np.testing.assert_array_equal(found, plain_channels.largest_magnitudes(weights))
    assert found.dtype == np.float32


@pytest.mark.parametrize("shape", [(1, 5, 40), (40, 37, 1), (40, 1, 1)])
@pytest.mark.parametrize("value", [np.nan, -np.nan, np.inf, -np.inf, -0.0])
def test_values_that_are_no_magnitudes(shape, value):
    weights = np.zeros(shape, np.float32)
    weights.reshape(-1)[-1] = value
    found = compiled_channels.largest_magnitudes(weights)
    np.testing.assert_array_equal(found, plain_channels.largest_magnitudes(weights))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("limit", "factor"), [(127, 1.0), (7, 1.0), (127, 0.7), (7, 0.4)])
def test_round_to_nearest(shape, limit, factor):
    weights = random(shape)
    step, scale = steps_of(weights, limit, factor)
    values, sums = rounded(compiled_channels, weights, step, scale, limit)
    defined, defined_sums = rounded(plain_channels, weights, step, scale, limit)
    np.testing.assert_array_equal(values, defined)
    assert sums == pytest.approx(defined_sums, rel=1e-12)


def test_halves_of_a_step():
    weights = np.arange(-130.0, 130.0, 0.25, np.float32).reshape(1, 2, -1)
    one = np.ones(2)
    values, _ = rounded(compiled_channels, weights, one, np.float32(one), 127)
    np.testing.assert_array_equal(values, rounded(plain_channels, weights, one, one, 127)[0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("candidates", [1, 4])
def test_errors_of_steps(shape, candidates):
    weights = random(shape)
    factors = np.linspace(1, 0.5, candidates)
    steps = steps_of(weights, 127)[0][:, np.newaxis] * factors
    arguments = weights, steps, steps.astype(np.float32), 127
    squares, sums = compiled_channels.errors_of_steps(*arguments)
    defined = plain_channels.errors_of_steps(*arguments)
    np.testing.assert_allclose(squares, defined[0], rtol=1e-5)
    most = np.sqrt(defined[0] * weights.size / shape[1])
    assert (np.abs(sums - defined[1]) <= 1e-5 * most).all()
    assert squares.shape == sums.shape == (shape[1], candidates)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mean", [0.0, 0.25])
@pytest.mark.parametrize("candidates", [1, 7])
def test_best_steps(shape, mean, candidates):
    weights = random(shape)
    steps = steps_of(weights, 127)[0][:, np.newaxis] * np.linspace(1.05, 0.9, candidates)
    best = compiled_channels.best_steps(weights, steps, 127, mean)
    assert best.shape == (shape[1],)
    squares, sums = plain_channels.errors_of_steps(weights, steps, np.float32(steps), 127)
    errors = squares + mean * sums**2
    chosen = np.take_along_axis(errors, best[:, np.newaxis], axis=1)[:, 0]
    np.testing.assert_allclose(chosen, errors.min(axis=1), rtol=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_first_of_equal_steps_is_the_best(shape):
    weights = random(shape)
    steps = np.repeat(steps_of(weights, 127)[0][:, np.newaxis], 3, axis=1) * [2, 1, 1]
    best = compiled_channels.best_steps(weights, steps, 127, 0.25)
    np.testing.assert_array_equal(best, plain_channels.best_steps(weights, steps, 127, 0.25))


@pytest.mark.parametrize("shape", [(2, 3, 40000), (100003, 1, 1), (3000, 130, 1)])
def test_threads_and_slabs_do_not_show(monkeypatch, shape):
    weights = random(shape)
    step, scale = steps_of(weights, 127)
    values, sums = rounded(compiled_channels, weights, step, scale, 127)
    monkeypatch.setattr(compiled_channels, "_LEAST", 1)
    monkeypatch.setattr(compiled_channels, "_SLAB", 20000)
    monkeypatch.setattr(compiled_channels, "processors", lambda: 5)
    shared, shared_sums = rounded(compiled_channels, weights, step, scale, 127)
    np.testing.assert_array_equal(shared, values)
    assert shared_sums == sums


def test_weights_and_integers_in_mapped_files(tmp_path):
    weights = random((3, 5, 40000))
    source, target = tmp_path / "weights", tmp_path / "values"
    source.write_bytes(weights.tobytes())
    target.write_bytes(bytes(weights.size))
    with source.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    with target.open("r+b") as file:
        written = mmap.mmap(file.fileno(), 0)
    step, scale = steps_of(weights, 127)
    values = np.frombuffer(written, np.int8).reshape(weights.shape)
    shown = np.frombuffer(mapped, np.float32).reshape(weights.shape)
    compiled_channels.round_to_nearest(shown, step, scale, 127, values)
    np.testing.assert_array_equal(values, rounded(plain_channels, weights, step, scale, 127)[0])
    np.testing.assert_array_equal(shown, weights)
