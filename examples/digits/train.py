"""Trains a small digit classifier and exports it: ``train.py {cnn,lstm} SAVED_MODEL_DIR``.

What a mobile engineer has before this project enters: a Keras model, exported.
Training is seeded and single-threaded, so the same SavedModel comes out on every machine
of a kind.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow reads it

import keras
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from examples.digits import digits

SEED = 2018
CLASSES = 10


def cnn() -> keras.Model:
    """A convolutional net with depthwise and dense layers: (8, 8, 1) -> 10 probabilities."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1), batch_size=1, name="image"),
            keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
            keras.layers.DepthwiseConv2D(3, padding="same", activation="relu"),
            keras.layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(CLASSES, activation="softmax", name="digit"),
        ]
    )


def lstm() -> keras.Model:
    """A recurrent net that reads an image row by row: (8, 8) -> 10 probabilities."""
    return keras.Sequential(
        [
            keras.Input((8, 8), batch_size=1, name="image"),
            keras.layers.LSTM(64),
            keras.layers.Dense(CLASSES, activation="softmax", name="digit"),
        ]
    )


MODELS: Mapping[str, tuple[Callable[[], keras.Model], int]] = {"cnn": (cnn, 25), "lstm": (lstm, 20)}
"""Name -> how the model is built, and for how many epochs it is trained."""


def train(name: str) -> keras.Model:
    """The named model, trained on the digits that are not held back."""
    build, epochs = MODELS[name]
    keras.utils.set_random_seed(SEED)
    trained, exported = _twins(build)
    images, labels = digits.split(held_back=False)
    trained.compile(optimizer=keras.optimizers.Adam(3e-3), loss="sparse_categorical_crossentropy")
    trained.fit(
        images.reshape(-1, *trained.input_shape[1:]),
        labels,
        epochs=epochs,
        batch_size=32,
        verbose=0,
    )
    exported.set_weights(trained.get_weights())
    return exported


def _twins(build: Callable[[], keras.Model]) -> tuple[keras.Model, keras.Model]:
    """A model with a free batch size to train, and the one with batch size 1 that phones run."""
    exported = build()
    trained = keras.models.clone_model(
        exported, input_tensors=keras.Input(exported.input_shape[1:], name="image")
    )
    return trained, exported


class Classifier(tf.Module):
    """A Keras model as a SavedModel's root.

    ``model.export`` would do, but it orders the variables by their addresses in memory,
    and this example promises the same bytes every time.
    """

    def __init__(self, model: keras.Model) -> None:
        super().__init__()
        self.weights = [variable.value for variable in model.variables]
        signature = tf.TensorSpec(model.input_shape, tf.float32, name="image")
        self.classify = tf.function(
            lambda image: {"digit": model(image, training=False)}, input_signature=[signature]
        )


def export(model: keras.Model, saved_model: Path) -> None:
    """Writes the SavedModel, less what differs between two exports: a random id, map order."""
    classifier = Classifier(model)
    tf.saved_model.save(classifier, str(saved_model), signatures=classifier.classify)
    (saved_model / "fingerprint.pb").unlink(missing_ok=True)
    file = saved_model / "saved_model.pb"
    proto = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    file.write_bytes(proto.SerializeToString(deterministic=True))


def main(argv: Sequence[str] | None = None) -> int:
    """Trains and exports; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=sorted(MODELS))
    parser.add_argument("output", type=Path)
    args = parser.parse_args(argv)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
    export(train(args.model), args.output)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
