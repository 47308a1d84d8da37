"""TFLite's own quantizers: ``tflite_variants.py SAVED_MODEL KIND OUTPUT`` writes a ``.tflite``.

A process of its own, with TensorFlow and nothing of the project. ``dyn`` is
``Optimize.DEFAULT``: int8 weights, float activations. ``int8`` is full-integer int8, calibrated
on random data.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf

SEED, SAMPLES, MOST_INDEX = 2018, 10, 10


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

    converter = dynamic_range(folder)
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter


def random(generator: np.random.Generator, spec: Any) -> Any:
    """Normal floats, or small indices."""
    if spec.dtype.is_integer:
        return generator.integers(0, MOST_INDEX, spec.shape).astype(spec.dtype.as_numpy_dtype)
    return generator.normal(size=spec.shape).astype(spec.dtype.as_numpy_dtype)


KINDS = {"dyn": dynamic_range, "int8": full_integer}


def main(saved_model: str, kind: str, output: str) -> None:
    """Writes the file."""
    Path(output).write_bytes(KINDS[kind](saved_model).convert())


if __name__ == "__main__":
    main(*sys.argv[1:])
