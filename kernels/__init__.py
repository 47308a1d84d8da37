"""TensorFlow Lite models: the file format, and a runtime in NumPy and Numba."""

from __future__ import annotations

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
