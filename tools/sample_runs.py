"""The runs that a command compares models on: given samples, or random ones."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from kernels.interpreter import Interpreter
from quant.observed_runs import Sample
from quant.representative_data import representative_data
from tools.run import random_inputs
from tools.sample_options import given_samples

RUNS = 16
"""Unless ``--limit`` says otherwise: layers differ by decibels, not by a sample more."""


def sample_runs(
    interpreter: Interpreter, signature: str | None, seed: int, options: Mapping[str, Any]
) -> list[Sample]:
    """The first runs of ``--data``, else random inputs, a seed each.

    Raises as ``given_samples`` and ``random_inputs``.
    """
    count = options["limit"] or RUNS
    model = interpreter.model
    data = given_samples(model, signature, options)
    if data is None:
        called = interpreter.signature(signature)
        return [random_inputs(interpreter, called, seed + i) for i in range(count)]
    return list(islice(representative_data(data, model, signature), count))
