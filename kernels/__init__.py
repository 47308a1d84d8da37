"""TensorFlow Lite models: the file format, and a runtime in NumPy and Numba.

The names below are imported when they are first used: a program that only tells an error or its
help needs no NumPy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kernels.errors import ModelError, TfliteQuantError
    from kernels.model import Model
    from kernels.tflite.reader import read_model
    from kernels.tflite.writer import model_bytes, write_model

__all__ = [
    "Model",
    "ModelError",
    "TfliteQuantError",
    "model_bytes",
    "read_model",
    "write_model",
]

_HOMES = {
    "Model": "kernels.model",
    "ModelError": "kernels.errors",
    "TfliteQuantError": "kernels.errors",
    "model_bytes": "kernels.tflite.writer",
    "read_model": "kernels.tflite.reader",
    "write_model": "kernels.tflite.writer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
