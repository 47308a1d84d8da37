"""Makes a model of the zoo: ``keras_models.py NAME FOLDER`` writes a SavedModel to FOLDER.

A process of its own, with Keras and nothing of the project. Weights are random, seeded, and so
are the statistics of batch normalization: the times of a model do not depend on them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from keras import layers

SEED = 2018
STEPS, WORDS, POSITIONS = 100, 30522, 128


def application(name: str, size: int = 224) -> Callable[[], Any]:
    """A network of ``keras.applications`` for images of ``size`` x ``size``."""

    def make() -> Any:
        network = getattr(keras.applications, name)
        return network(weights=None, input_shape=(size, size, 3))

    return make


def lstm(inputs: int, layer_count: int) -> Callable[[], Any]:
    """Layers of 512 cells over 100 steps that return all steps."""

    def make() -> Any:
        cells = [layers.LSTM(512, return_sequences=True) for _ in range(layer_count)]
        return keras.Sequential([keras.Input((STEPS, inputs)), *cells])

    return make


def bert(size: int = 256, blocks: int = 4, heads: int = 4) -> Any:
    """BERT's encoder of 4 blocks of 256, for 128 words, and its pooler; word 0 is padding."""
    words = keras.Input((POSITIONS,), dtype="int32", name="words")
    mask = keras.ops.expand_dims(keras.ops.not_equal(words, 0), 1)
    positions = layers.Embedding(POSITIONS, size)(keras.ops.arange(POSITIONS))
    x = layers.LayerNormalization(epsilon=1e-12)(layers.Embedding(WORDS, size)(words) + positions)
    for _ in range(blocks):
        attention = layers.MultiHeadAttention(heads, size // heads)(x, x, attention_mask=mask)
        x = layers.LayerNormalization(epsilon=1e-12)(x + attention)
        inner = layers.Dense(4 * size, activation="gelu")(x)
        x = layers.LayerNormalization(epsilon=1e-12)(x + layers.Dense(size)(inner))
    return keras.Model(words, layers.Dense(size, activation="tanh")(x[:, 0]))


MODELS = {
    "mobilenet_v1": application("MobileNet"),
    "mobilenet_v2": application("MobileNetV2"),
    "efficientnet_b0": application("EfficientNetB0"),
    "resnet50": application("ResNet50"),
    "inception_v3": application("InceptionV3", 299),
    "resnet101_v2": application("ResNet101V2"),
    "bert_small": bert,
    "lstm": lstm(512, 1),
    "lstm_2_layers": lstm(256, 2),
}


def set_statistics(model: Any) -> None:
    """Gives batch normalizations random scales, shifts, means and variances of a usual size."""
    generator = np.random.default_rng(SEED)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            for variable in layer.weights:
                spread = "gamma" in variable.path or "variance" in variable.path
                low, high = (0.5, 1.5) if spread else (-0.5, 0.5)
                variable.assign(generator.uniform(low, high, variable.shape))


def main(name: str, folder: str) -> None:
    """Writes the SavedModel; its batch is 1."""
    keras.utils.set_random_seed(SEED)
    model = MODELS[name]()
    set_statistics(model)
    signature = [keras.InputSpec(shape=(1, *x.shape[1:]), dtype=x.dtype) for x in model.inputs]
    model.export(folder, input_signature=signature, verbose=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
