"""The real models of the measured tables, and what each is run on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.signatures import chosen_signature, signatures_of
from kernels.tflite.reader import read_model
from quant.evaluation_data import EvaluationData, Normalization, read_evaluation_data

Array = NDArray[Any]

SEED = 2018
FIDELITY_SAMPLES = 16


_AS_STORED = Normalization()
_PIXELS = Normalization(0, 255)
_IMAGENET = Normalization(127, 128)
_LAST_2000 = slice(8000, None)


@dataclass(frozen=True)
class MeasuredModel:
    """A SavedModel by its folder's name, and its samples: of a folder, for an input's name."""

    name: str
    samples: Callable[[Path, str], EvaluationData]

    def read(self, folder: Path, model: Path) -> EvaluationData:
        """The samples for the only input of a model's file."""
        float_model = read_model(model)
        (name,) = chosen_signature(signatures_of(float_model), None).inputs
        return self.samples(folder, name)


def _file(
    file: str,
    label: str = "y",
    key: str | None = None,
    normalization: Normalization = _AS_STORED,
    rows: slice = slice(None),
    channel: bool = False,
) -> Callable[[Path, str], EvaluationData]:
    """Samples of a file, found under ``key`` or the input's name; ``channel`` adds a last axis."""

    def read(folder: Path, name: str) -> EvaluationData:
        source = key or name
        data = read_evaluation_data(folder / file, [source], label, normalization)
        values = data.inputs[source][rows]
        labels = None if data.labels is None else data.labels[rows]
        return EvaluationData({name: values[..., np.newaxis] if channel else values}, labels)

    return read


def _made(make: Callable[[np.random.Generator], Array]) -> Callable[[Path, str], EvaluationData]:
    """Unlabelled samples from a seeded generator: they show fidelity and no accuracy."""
    return lambda _, name: EvaluationData({name: make(np.random.default_rng(SEED))})


def _images(generator: np.random.Generator) -> Array:
    """(16, 96, 96, 3) float32 in [0, 1): smooth blobs, as photographs are, and some noise."""
    coarse = generator.random((FIDELITY_SAMPLES, 6, 6, 3))
    smooth = coarse.repeat(16, axis=1).repeat(16, axis=2)
    return (0.9 * smooth + 0.1 * generator.random(smooth.shape)).astype(np.float32)


def _words(generator: np.random.Generator) -> Array:
    """(16, 24, 59) float32: words of 3 to 12 letters, one-hot, in 24 places."""
    letters = generator.integers(0, 59, (FIDELITY_SAMPLES, 24))
    lengths = generator.integers(3, 13, (FIDELITY_SAMPLES, 1))
    inside = np.arange(24) < lengths
    one_hot: Array = np.eye(59, dtype=np.float32)[letters] * inside[..., np.newaxis]
    return one_hot


def _audio(generator: np.random.Generator) -> Array:
    """(16, 43844, 1) float32: two seconds at 22,050 Hz of four tones and some noise."""
    seconds = np.arange(43844) / 22050
    pitch = 110 * 2 ** (generator.integers(0, 48, (FIDELITY_SAMPLES, 4, 1)) / 12)
    tones = np.sin(2 * np.pi * pitch * seconds).mean(axis=1)
    noise = 0.01 * generator.standard_normal(tones.shape)
    samples: Array = (tones + noise).astype(np.float32)
    return samples[..., np.newaxis]


def _spectra(generator: np.random.Generator) -> Array:
    """(16, 640) float32: log-mel energies, about -30 dB with 10 dB of spread."""
    return (-30 + 10 * generator.standard_normal((FIDELITY_SAMPLES, 640))).astype(np.float32)


MODELS = (
    MeasuredModel("kws", _file("kws_eval.npz", key="x")),
    MeasuredModel(
        "resnet8_cifar10",
        _file("cifar10_jpeg_2000.npz", key="x"),
    ),
    MeasuredModel(
        "efficientnet_lite0",
        _file("imagenet_crops_400.npz", key="x", normalization=_IMAGENET),
    ),
    MeasuredModel(
        "mnist_cnn",
        _file(
            "mnist_10k.npz", key="x", normalization=_PIXELS, rows=slice(8000, None), channel=True
        ),
    ),
    MeasuredModel(
        "mnist_lstm",
        _file("mnist_10k.npz", "y", "x", _PIXELS, _LAST_2000),
    ),
    MeasuredModel(
        "streaming_wakeword",
        _file("streaming_wakeword_45.npz", label="labels", key="specs"),
    ),
    MeasuredModel("visual_wake_words", _made(_images)),
    MeasuredModel("anomaly_autoencoder", _made(_spectra)),
    MeasuredModel("chars2vec_eng50", _made(_words)),
    MeasuredModel("basic_pitch", _made(_audio)),
)
