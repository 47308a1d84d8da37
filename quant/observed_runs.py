"""Runs of a model whose values are observed, one a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from kernels.errors import DataError, InputError
from kernels.interpreter import Interpreter
from kernels.program import Observe

Array = NDArray[Any]

Sample = Mapping[str, Array]
"""The inputs of one run of a model, by name, each of the input's shape."""


def run_observed(
    interpreter: Interpreter,
    sample: Sample,
    number: int,
    observe: Observe,
    signature: str | None = None,
) -> None:
    """Runs one sample, variables as at first; ``observe`` is told every value.

    Raises DataError, with the sample's number, if it does not fit the model.
    """
    interpreter.reset()
    try:
        interpreter.observe(observe, signature, **sample)
    except InputError as error:
        raise DataError(f"sample {number}: {error.problem}", error.cure) from error
