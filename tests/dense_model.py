"""A two-layer classifier for tests of the programs: large enough to be quantized."""

from pathlib import Path

import numpy as np

from kernels.model import Model
from kernels.tflite.writer import write_model
from tests.build_model import Operation, constant, graph, tensor

FEATURES, HIDDEN, CLASSES = 32, 64, 4
RELU = {"fused_activation_function": "RELU"}


def dense_model(spoil: float | None = None) -> Model:
    """(1, 32) -> 4 scores; ``spoil`` replaces one weight."""
    generator = np.random.default_rng(7)
    first = generator.standard_normal((HIDDEN, FEATURES)).astype(np.float32)
    second = generator.standard_normal((CLASSES, HIDDEN)).astype(np.float32)
    if spoil is not None:
        first[3, 5] = spoil
    x, h, y = tensor("x", (1, FEATURES)), tensor("h", (1, HIDDEN)), tensor("y", (1, CLASSES))
    layers = [
        Operation("FULLY_CONNECTED", [x, constant("first", first), None], [h], RELU),
        Operation("FULLY_CONNECTED", [h, constant("second", second), None], [y], {}),
    ]
    return graph(layers, [x], [y])


def write_dense_model(folder: Path, **kwargs: float) -> Path:
    """The file ``float.tflite`` in the folder."""
    path = folder / "float.tflite"
    write_model(dense_model(**kwargs), path)
    return path


def write_samples(folder: Path, samples: int = 40) -> Path:
    """``samples.npz``: x, and y as the float model ranks it, so that its top-1 is 1."""
    from kernels.interpreter import Interpreter

    x = np.random.default_rng(8).standard_normal((samples, FEATURES)).astype(np.float32)
    run = Interpreter(dense_model())
    y = np.array([np.argmax(run.invoke(x=row[np.newaxis])["y"]) for row in x])
    path = folder / "samples.npz"
    np.savez(path, x=x, y=y)
    return path
