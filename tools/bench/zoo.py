"""The models that are measured by name: built once, in a folder, and used again.

A model's folder holds float.tflite, dyn.tflite (TFLite's dynamic range), ours.tflite (this
project's quantizer, default recipe) and int8.tflite (TFLite's full-integer int8).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kernels.errors import ConversionError, InputError
from kernels.output_file import replacing
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.converter_process import PYTHON_VARIABLE, interpreter
from quant.quantizer import quantize
from quant.saved_model import convert_saved_model
from tools.bench.fused_lstm import write_fused_lstm

FLOAT, DYNAMIC, OURS, INTEGER = "float", "dyn", "ours", "int8"
KINDS = (FLOAT, DYNAMIC, OURS, INTEGER)
_KERAS_MODELS = Path(__file__).with_name("keras_models.py")
_VARIANTS = Path(__file__).with_name("tflite_variants.py")
_SAID = 500
"""How much of the end of what a failed program said is told."""


@dataclass(frozen=True)
class ZooModel:
    """A model by its folder's name, and what people call it."""

    name: str
    title: str
    build: Callable[[str, Path], None]


def files(folder: Path) -> dict[str, Path]:
    """Kind -> file, of those that are in a model's folder."""
    named = {kind: folder / f"{kind}.tflite" for kind in KINDS}
    return {kind: path for kind, path in named.items() if path.exists()}


def build(model: ZooModel, work: Path) -> Path:
    """The folder of a model, built if it is not complete. Needs TensorFlow then.

    Raises ConversionError if TensorFlow is missing or fails.
    """
    folder = work / model.name
    if not {FLOAT, DYNAMIC, OURS} <= files(folder).keys():
        folder.mkdir(parents=True, exist_ok=True)
        model.build(model.name, folder)
    return folder


def build_keras(name: str, folder: Path) -> None:
    """Builds a model of ``keras_models`` in all kinds."""
    with tempfile.TemporaryDirectory(prefix="tflq-bench-") as work:
        saved_model = Path(work, "saved_model")
        run_tensorflow(_KERAS_MODELS, name, str(saved_model))
        convert_saved_model(saved_model, folder / f"{FLOAT}.tflite")
        add_ours(folder)
        add_variant(saved_model, folder, DYNAMIC)
        with suppress(ConversionError):  # TensorFlow crashes on a WHILE loop
            add_variant(saved_model, folder, INTEGER)


def build_fused_lstm(name: str, folder: Path) -> None:
    """Builds the fused LSTM, which Keras does not export."""
    write_fused_lstm(folder / f"{FLOAT}.tflite")
    add_ours(folder)
    write_fused_lstm(folder / f"{DYNAMIC}.tflite", hybrid=True)


def add_variant(saved_model: Path, folder: Path, kind: str) -> None:
    """Writes a quantized model of TFLite's own. Raises ConversionError where it makes none."""
    with replacing(folder / f"{kind}.tflite") as beside:
        run_tensorflow(_VARIANTS, str(saved_model), kind, str(beside))


def add_ours(folder: Path) -> None:
    """Quantizes float.tflite with the default recipe."""
    quantized = quantize(read_model(folder / f"{FLOAT}.tflite")).model
    write_model(quantized, folder / f"{OURS}.tflite")


def run_tensorflow(program: Path, *arguments: str) -> None:
    """Runs a program in the interpreter that has TensorFlow.

    Raises ConversionError with the end of what it said if it fails.
    """
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_ENABLE_ONEDNN_OPTS": "0"}
    command = [interpreter(), "-P", str(program), *arguments]
    try:
        subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True, errors="replace"
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.strerror if isinstance(error, OSError) else error.stderr.strip()[-_SAID:]
        raise ConversionError(
            f"{command[0]} {program.name} {arguments[0]} failed: {said}",
            f"Name a Python interpreter that has TensorFlow in {PYTHON_VARIABLE}.",
        ) from error


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
