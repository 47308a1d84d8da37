"""Models with variables, run flat and by plain kernels, invocation after invocation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.flat.segment import Segment
from kernels.interpreter import Interpreter
from kernels.model import Model
from tests.plain_and_flat import assert_same_bits


def assert_invocations_equal(
    model: Model, feeds: Sequence[Sequence[np.ndarray]], num_threads: int = 1
) -> None:
    """Segments run the whole model, and makes what the plain kernels make, to the bit."""
    flat, plain = Interpreter(model, num_threads=num_threads), Interpreter(model)
    for values in feeds:
        made, wanted = _both(flat, plain, values)
        for one, other in zip(made, wanted, strict=True):
            assert_same_bits(one, other)
    assert {segment.stop for segment in _segments(flat)} == {len(model.subgraphs[0].operators)}


def assert_left_to_kernels(model: Model, feeds: Sequence[Sequence[np.ndarray]]) -> None:
    """No segment runs any of the model."""
    interpreter = Interpreter(model)
    names = [*interpreter.signature().inputs]
    interpreter.invoke(**dict(zip(names, feeds[0], strict=True)))
    assert not any(_segments(interpreter))


def _segments(interpreter: Interpreter) -> list[Segment | None]:
    """What came of every attempt to lower."""
    return [
        attempt.segment for known in interpreter._machine.attempts.values() for attempt in known
    ]


def _both(
    flat: Interpreter, plain: Interpreter, values: Sequence[np.ndarray]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    names = [*flat.signature().inputs]
    fed = dict(zip(names, values, strict=True))
    made = flat.invoke(**fed)
    signature, computed = plain.signature(), plain.invoke_all(**fed)
    indices = signature.outputs
    return (
        [made[name] for name in indices],
        [computed[signature.subgraph, index] for index in indices.values()],
    )
