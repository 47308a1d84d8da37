"""TFLite's own quantizers: ``tflite_variants.py SAVED_MODEL KIND OUTPUT [SAMPLES]``.

Writes a ``.tflite``. A process of its own, with TensorFlow and nothing of the project. ``dyn`` is
``Optimize.DEFAULT``: int8 weights, float activations. ``int8`` is full-integer int8, calibrated
on random data; ``calibrated`` is so on an ``.npz`` with an array for each input, float outside.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

SEED, SAMPLES, MOST_INDEX = 2018, 10, 10


def loadable(folder: str, copy: str) -> str:
    """The folder, or a copy without the optimizer's slots, which TensorFlow fails to load."""
    graph = saved_model_pb2.SavedModel()
    graph.ParseFromString(Path(folder, "saved_model.pb").read_bytes())
    nodes = [n for meta in graph.meta_graphs for n in meta.object_graph_def.nodes]
    if not any(node.slot_variables for node in nodes):
        return folder
    shutil.copytree(folder, copy)
    for node in nodes:
        del node.slot_variables[:]
    Path(copy, "saved_model.pb").write_bytes(graph.SerializeToString(deterministic=True))
    return copy


def dynamic_range(folder: str) -> Any:
    """A converter to int8 weights."""
    converter = tf.lite.TFLiteConverter.from_saved_model(folder)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return converter


def full_integer(folder: str) -> Any:
    """A converter to int8 weights and activations."""
    signature = tf.saved_model.load(folder).signatures["serving_default"]
    inputs = signature.structured_input_signature[1]
    generator = np.random.default_rng(SEED)

    def samples() -> Iterator[dict[str, Any]]:
        for _ in range(SAMPLES):
            yield {name: random(generator, spec) for name, spec in inputs.items()}

    converter = integer(folder, samples)
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter


def calibrated(folder: str, path: str) -> Any:
    """A converter to int8 weights and activations, whose ranges are those of given samples."""
    with np.load(path) as archive:
        arrays = dict(archive)

    def samples() -> Iterator[dict[str, Any]]:
        for i in range(len(next(iter(arrays.values())))):
            yield {name: values[i : i + 1] for name, values in arrays.items()}

    return integer(folder, samples)


def integer(folder: str, samples: Callable[[], Iterator[dict[str, Any]]]) -> Any:
    """A converter to integers within, calibrated on the samples."""
    converter = dynamic_range(folder)
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter


def random(generator: np.random.Generator, spec: Any) -> Any:
    """Normal floats, or small indices."""
    if spec.dtype.is_integer:
        return generator.integers(0, MOST_INDEX, spec.shape).astype(spec.dtype.as_numpy_dtype)
    return generator.normal(size=spec.shape).astype(spec.dtype.as_numpy_dtype)


KINDS: dict[str, Callable[..., Any]] = {
    "dyn": dynamic_range,
    "int8": full_integer,
    "calibrated": calibrated,
}


def main(saved_model: str, kind: str, output: str, *samples: str) -> None:
    """Writes the file."""
    with tempfile.TemporaryDirectory() as work:
        folder = loadable(saved_model, str(Path(work, "saved_model")))
        Path(output).write_bytes(KINDS[kind](folder, *samples).convert())


if __name__ == "__main__":
    main(*sys.argv[1:])
