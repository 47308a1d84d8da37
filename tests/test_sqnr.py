"""SQNR against its definition, and its conventions where the definition says nothing."""

import math

import numpy as np
import pytest

from quant.sqnr import energies, ratio_db, sqnr_db

RANDOM = np.random.default_rng(0).normal(size=(3, 1 << 19)).astype(np.float32)


def test_definition():
    approximation = np.round(RANDOM * 50) / 50
    noise = np.float64(RANDOM) - approximation
    expected = 10 * np.log10(np.sum(np.float64(RANDOM) ** 2) / np.sum(noise**2))
    assert sqnr_db(RANDOM, approximation) == pytest.approx(expected, rel=1e-9)


def test_a_tenth_of_the_size_as_noise_is_20_db():
    assert sqnr_db(np.full(7, 10.0), np.full(7, 9.0)) == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("reference", "approximation", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0], math.inf),
        ([0.0, 0.0], [0.0, 0.0], math.inf),
        ([], [], math.inf),
        ([0.0], [1.0], -math.inf),
    ],
)
def test_conventions(reference, approximation, expected):
    assert sqnr_db(np.array(reference), np.array(approximation)) == expected


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_not_finite_gives_nan(bad):
    assert math.isnan(sqnr_db(np.array([1.0, bad]), np.array([1.0, 2.0])))
    assert math.isnan(sqnr_db(np.array([1.0, 2.0]), np.array([1.0, bad])))


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"\(2,\) and \(3,\)"):
        sqnr_db(np.zeros(2), np.zeros(3))


def test_energies_add_up_over_parts():
    approximation = RANDOM + np.float32(0.01)
    whole = energies(RANDOM, approximation)
    parts = [energies(a, b) for a, b in zip(RANDOM, approximation, strict=True)]
    assert np.sum(parts, axis=0) == pytest.approx(whole, rel=1e-9)
    assert ratio_db(*whole) == pytest.approx(sqnr_db(RANDOM, approximation))


def test_float32_squares_do_not_overflow():
    huge = np.full(4, 3e38, np.float32)
    assert sqnr_db(huge, huge * np.float32(0.5)) == pytest.approx(10 * math.log10(4))
