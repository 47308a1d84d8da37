"""Finds the measured models and data that the project's own tests may read, if present.

Users do not have them: a test that asks for a path is skipped when it is not there.
"""

import os
from pathlib import Path

import pytest

_ROOT = Path(
    os.environ.get("TFLQ_SHARED", Path(__file__).resolve().parent.parent.parent / "shared")
)


def names(folder: str, pattern: str) -> list[str]:
    """The files of a shared folder, to parametrize a test with; none where it is not there."""
    return sorted(found.name for found in (_ROOT / folder).glob(pattern))


def path(relative: str) -> Path:
    found = _ROOT / relative
    if not found.exists():
        pytest.skip(f"needs {relative} of the shared models (set TFLQ_SHARED to their folder)")
    return found
