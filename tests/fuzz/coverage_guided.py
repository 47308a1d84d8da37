"""Coverage-guided fuzzing: ``python -m tests.fuzz.coverage_guided [LIBFUZZER OPTION]... FOLDER``.

atheris (LibFuzzer) keeps the files that reach new lines of ``kernels``, and changes them further:
a number of the structure where the file still has one, else bytes. ``-runs=N -seed=S`` make a run
that ends and can be repeated. What is interesting goes to FOLDER, so give a copy of the corpus.
Linux only: https://pypi.org/project/atheris
"""

from __future__ import annotations

import sys
from random import Random

import atheris

with atheris.instrument_imports(include=["kernels"]):
    from tests.fuzz.mutation import Seed, mutated
    from tests.fuzz.target import FINDINGS, outcome

_STRUCTURED = 0.7
"""The share of changes that know the structure."""


def test_one_input(content: bytes) -> None:
    """What LibFuzzer calls: an exception is a finding."""
    ended = outcome(content)
    if ended in FINDINGS:
        raise AssertionError(ended)


def mutate(content: bytes, max_size: int, seed: int) -> bytes:
    """A change of the file, of its structure if it has one."""
    random = Random(seed)
    if random.random() < _STRUCTURED:
        try:
            return mutated(Seed.of("", content), random)[:max_size]
        except (ValueError, IndexError, RecursionError):
            pass  # too far from a valid file: change its bytes
    return bytes(atheris.Mutate(content, max_size))


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one_input, custom_mutator=mutate)
    atheris.Fuzz()
