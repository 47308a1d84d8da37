"""Rounding errors made to cancel by the compiled kernel, against the definition in NumPy."""

import numpy as np
import pytest

from quant import compiled_balance, plain_balance
from quant.plain_balance import Rows

CASES = {
    "a filter": ((16, 9 * 8), Rows(16, 72, 8, 72, 1, 1)),
    "depthwise": ((9, 24), Rows(24, 9, 1, 1, 24, 1)),
    "a matrix": ((3, 4096), Rows(3, 4096, 4096, 4096, 1, 1)),
    "one scale": ((64, 100), Rows(64, 100, 100, 100, 1, 0)),
    "blocks": ((10, 64), Rows(20, 32, 32, 32, 1, 1)),
    "one weight": ((1, 1), Rows(1, 1, 1, 1, 1, 1)),
}


def case(name, limit):
    shape, rows = CASES[name]
    weights = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    scales = rows.rows if rows.scale_stride else 1
    scale = np.full(scales, np.abs(weights).max() / limit, np.float32)
    values = np.clip(np.rint(weights / scale.max()), -limit, limit).astype(np.int8)
    return weights.reshape(-1), values.reshape(-1), scale, rows, limit


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("limit", [7, 127])
def test_integers_are_those_of_the_definition(name, limit):
    weights, values, scale, rows, limit = case(name, limit)
    defined = values.copy()
    sums = compiled_balance.balance(weights, values, scale, rows, limit)
    assert sums == pytest.approx(plain_balance.balance(weights, defined, scale, rows, limit))
    np.testing.assert_array_equal(values, defined)


def test_halves_of_a_step():
    weights = np.arange(-6, 6.5, 0.5, np.float32)
    values, defined = (np.trunc(weights).astype(np.int8) for _ in range(2))
    rows, one = Rows(1, len(weights), 5, 0, 1, 1), np.ones(1, np.float32)
    compiled_balance.balance(weights, values, one, rows, 7)
    plain_balance.balance(weights, defined, one, rows, 7)
    np.testing.assert_array_equal(values, defined)


def test_threads_do_not_show(monkeypatch):
    weights, values, scale, rows, limit = case("a filter", 7)
    shared = values.copy()
    compiled_balance.balance(weights, values, scale, rows, limit)
    monkeypatch.setattr(compiled_balance, "_LEAST", 1)
    monkeypatch.setattr(compiled_balance, "processors", lambda: 5)
    compiled_balance.balance(weights, shared, scale, rows, limit)
    np.testing.assert_array_equal(shared, values)


@pytest.mark.parametrize("name", CASES)
def test_slabs_do_not_show(monkeypatch, name):
    weights, values, scale, rows, limit = case(name, 7)
    slabs = values.copy()
    sums = compiled_balance.balance(weights, values, scale, rows, limit)
    monkeypatch.setattr(compiled_balance, "_SLAB", 100)
    assert compiled_balance.balance(weights, slabs, scale, rows, limit) == pytest.approx(sums)
    np.testing.assert_array_equal(slabs, values)
