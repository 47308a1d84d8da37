"""The models that are measured by name: built once, in a folder, and used again.

A model's folder holds float.tflite, dyn.tflite, ours.tflite and, where TensorFlow makes it,
int8.tflite; ours.tflite is made anew each time, as it is what is measured.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kernels.errors import ConversionError, InputError
from quant.saved_model import convert_saved_model
from tools.bench.fused_lstm import write_fused_lstm
from tools.bench.tensorflow_program import run_tensorflow
from tools.bench.variant import DYNAMIC, FLOAT, INTEGER, add_ours, add_variant, files

_KERAS_MODELS = Path(__file__).with_name("keras_models.py")


@dataclass(frozen=True)
class ZooModel:
    """A model by its folder's name, and what people call it."""

    name: str
    title: str
    build: Callable[[str, Path], None]


def build(model: ZooModel, work: Path) -> Path:
    """The folder of a model, which is built if it is not complete: that needs TensorFlow.

    Raises ConversionError if TensorFlow is missing or fails.
    """
    folder = work / model.name
    if not {FLOAT, DYNAMIC} <= files(folder).keys():
        folder.mkdir(parents=True, exist_ok=True)
        model.build(model.name, folder)
    add_ours(folder / f"{FLOAT}.tflite", folder)
    return folder


def build_keras(name: str, folder: Path) -> None:
    """Builds a model of ``keras_models`` in all kinds."""
    with tempfile.TemporaryDirectory(prefix="tflq-bench-") as work:
        saved_model = Path(work, "saved_model")
        run_tensorflow(_KERAS_MODELS, name, str(saved_model))
        convert_saved_model(saved_model, folder / f"{FLOAT}.tflite")
        add_variant(saved_model, folder, DYNAMIC)
        with suppress(ConversionError):  # TensorFlow crashes on a WHILE loop
            add_variant(saved_model, folder, INTEGER)


def build_fused_lstm(name: str, folder: Path) -> None:
    """Builds the fused LSTM, which Keras does not export."""
    write_fused_lstm(folder / f"{FLOAT}.tflite")
    write_fused_lstm(folder / f"{DYNAMIC}.tflite", hybrid=True)


ZOO = (
    ZooModel("mobilenet_v2", "MobileNetV2", build_keras),
    ZooModel("mobilenet_v1", "MobileNetV1", build_keras),
    ZooModel("resnet50", "ResNet50", build_keras),
    ZooModel("efficientnet_b0", "EfficientNetB0", build_keras),
    ZooModel("lstm", "LSTM 512, 100 steps, WHILE", build_keras),
    ZooModel("lstm_fused", "LSTM 512, 100 steps, fused", build_fused_lstm),
    ZooModel("lstm_2_layers", "LSTM 256 -> 512 -> 512, 100 steps", build_keras),
    ZooModel("bert_small", "BERT small, S=128", build_keras),
    ZooModel("inception_v3", "InceptionV3", build_keras),
    ZooModel("resnet101_v2", "ResNet101V2", build_keras),
)


def chosen(names: Sequence[str]) -> tuple[ZooModel, ...]:
    """The models of those names, all for none. Raises InputError for an unknown one."""
    known = {model.name: model for model in ZOO}
    for name in names:
        if name not in known:
            raise InputError(f"The zoo has no model '{name}'.", f"It has {', '.join(known)}.")
    return tuple(known[name] for name in names) or ZOO
