"""A model that is bad on purpose: one channel of its first weight has one huge value."""

from pathlib import Path

from kernels.tflite.writer import write_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.dense_model import dense_model, write_samples

CHANNEL, PEAK = 3, 5000.0


def outlier_models():
    """The float model, the quantized one, and its report."""
    before = dense_model(PEAK)
    result = quantize(before, Recipe(min_elements=0, clipping="min_max"))
    return before, result.model, result.report


def write_outlier_models(folder: Path):
    """``float.tflite``, ``model.tflite``, ``quantization.json`` and ``samples.npz``."""
    before, after, report = outlier_models()
    write_model(before, folder / "float.tflite")
    write_model(after, folder / "model.tflite")
    (folder / "quantization.json").write_text(report.to_json())
    write_samples(folder)
    return folder
