"""The interpreter that has TensorFlow, found without importing it; skips where there is none."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

VARIABLE = "TFLQ_CONVERT_PYTHON"
_MAKER = Path(__file__).with_name("make_saved_models.py")


def interpreter() -> str:
    if python := os.environ.get(VARIABLE):
        return python
    if "TEST_TARGET" in os.environ:  # Bazel has it, so that nothing excuses a skip
        pytest.fail("add this test file to _WITH_TENSORFLOW in tests/BUILD")
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip(f"needs TensorFlow: pip install tensorflow-cpu, or set {VARIABLE}")
    return sys.executable


def make_saved_models(folder: Path, *names: str) -> Path:
    """Makes the named SavedModels of make_saved_models.py in one process, in ``folder``."""
    made = subprocess.run(
        [interpreter(), "-P", str(_MAKER), str(folder), *names], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr[-4000:]
    return folder
