"""The files of a model that are measured."""

from __future__ import annotations

from pathlib import Path

from kernels.output_file import replacing
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.quantizer import quantize
from tools.bench.tensorflow_program import run_tensorflow

_VARIANTS = Path(__file__).with_name("tflite_variants.py")

FLOAT, DYNAMIC, OURS, INTEGER = KINDS = ("float", "dyn", "ours", "int8")
"""The float model; TFLite's dynamic-range model of it; this project's, with the default recipe;
TFLite's full-integer int8 model."""

TITLES = {
    FLOAT: "float",
    DYNAMIC: "TFLite's dynamic range",
    OURS: "our dynamic range",
    INTEGER: "TFLite's int8",
}


def files(folder: Path) -> dict[str, Path]:
    """Kind -> file, of those that are in a model's folder."""
    named = {kind: folder / f"{kind}.tflite" for kind in KINDS}
    return {kind: path for kind, path in named.items() if path.exists()}


def add_variant(saved_model: Path, folder: Path, kind: str) -> None:
    """Writes a quantized model of TFLite's own. Raises ConversionError where it makes none."""
    write_variant(saved_model, kind, folder / f"{kind}.tflite")


def write_variant(saved_model: Path, kind: str, output: Path, *samples: Path) -> None:
    """Writes a kind of model that ``tflite_variants`` knows. Raises ConversionError as above."""
    with replacing(output) as beside:
        run_tensorflow(_VARIANTS, str(saved_model), kind, str(beside), *map(str, samples))


def add_ours(float_model: Path, folder: Path) -> None:
    """Quantizes the float model with the default recipe."""
    write_model(quantize(read_model(float_model)).model, folder / f"{OURS}.tflite")
