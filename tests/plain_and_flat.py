"""Flat programs against the plain kernels, which they must equal in every bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kernels.flat.profile import PLAIN
from kernels.interpreter import Interpreter
from kernels.model import Model
from tests.oracle import operator_model


def assert_flat(model: Model, *feeds: np.ndarray) -> list[str]:
    """The model runs by no plain kernel, and its outputs are those of the plain kernels.

    Returns the names of the compiled kernels.
    """
    used = kernels_of(model, *feeds)
    assert PLAIN not in used
    assert_equals_plain(model, *feeds)
    return used


def assert_left_to_plain(model: Model, *feeds: np.ndarray) -> None:
    """The model runs by plain kernels alone."""
    assert {*kernels_of(model, *feeds)} == {PLAIN}


def kernels_of(model: Model, *feeds: np.ndarray) -> list[str]:
    """What an invocation runs: names of compiled kernels, or ``PLAIN``."""
    interpreter = Interpreter(model)
    return [spent.kernel for spent in interpreter.profile(**_named(interpreter, feeds))]


def assert_equals_plain(model: Model, *feeds: np.ndarray) -> None:
    """Each output has the bits that the plain kernels give; NaN is NaN."""
    interpreter = Interpreter(model)
    named = _named(interpreter, feeds)
    plain = interpreter.invoke_all(**named)
    ours = interpreter.invoke(**named)
    signature = interpreter.signature()
    for name, index in signature.outputs.items():
        assert_same_bits(ours[name], plain[signature.subgraph, index])


def assert_same_bits(ours: np.ndarray, expected: np.ndarray) -> None:
    """The same shape, type and numbers, signs of zeros too, and NaN in the same places."""
    assert (ours.shape, ours.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(ours, expected)
    if expected.dtype.kind == "f":
        number = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(ours)[number], np.signbit(expected)[number])


def _named(interpreter: Interpreter, feeds: Sequence[np.ndarray]) -> dict[str, Any]:
    return dict(zip(interpreter.signature().inputs, feeds, strict=True))


def operator_flat(
    operator: str,
    inputs: Sequence[Any],
    outputs: Sequence[np.ndarray],
    options: Mapping[str, Any] | None = None,
) -> list[str]:
    """``assert_flat`` of a model of one operator; inputs as ``operator_model`` takes them."""
    feeds = [value for value in inputs if isinstance(value, np.ndarray)]
    return assert_flat(operator_model(operator, inputs, outputs, options), *feeds)
