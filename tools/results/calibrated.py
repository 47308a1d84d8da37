"""The sections on what calibration data gives: int4 weights, and integer activations."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from quant.evaluation_data import EvaluationData
from quant.recipe import Recipe
from tools.bench.table import markdown
from tools.bench.variant import FLOAT, INTEGER, write_variant
from tools.measured_models import MeasuredModel
from tools.results.fidelity import Fidelity, measure_files
from tools.results.places import Places
from tools.results.real_models import accuracy, decibels

SAMPLES = 100
"""The first ones calibrate, the others are judged."""
ROUNDINGS = ("nearest", "balanced", "gptq", "learned")
_INT4 = f"""## int4 weights

Every convolution, depthwise convolution and fully connected layer in int4, a scale for each
channel. Calibrated on the first {SAMPLES} samples, without labels; top-1 and SQNR are of the
others.
"""
_INTEGER = f"""## Integer activations

`full_integer` beside TensorFlow's own full-integer model (`TFLITE_BUILTINS_INT8`), both calibrated
on the same first {SAMPLES} samples; inputs and outputs are float. Top-1 and SQNR are of the others.
"""
_INT4_HEAD = (
    "model",
    "bytes: float",
    "int4",
    "top-1: float",
    *ROUNDINGS,
    "SQNR dB: nearest",
    "best",
)
_INTEGER_HEAD = (
    *("model", "bytes: TF", "ours", "top-1: float", "TF", "ours"),
    *("SQNR dB: TF", "ours", "int16x8 top-1", "SQNR dB"),
)


def split(samples: EvaluationData) -> tuple[EvaluationData, EvaluationData]:
    """The samples that calibrate, and those that are judged."""
    first, others = slice(0, SAMPLES), slice(SAMPLES, samples.samples)
    return tuple(  # type: ignore[return-value]
        EvaluationData(
            {name: values[rows] for name, values in samples.inputs.items()},
            None if samples.labels is None else samples.labels[rows],
        )
        for rows in (first, others)
    )


def int4_section(places: Places, models: Sequence[MeasuredModel]) -> str:
    """The section on int4 as Markdown."""
    return "\n".join([_INT4, *markdown(_INT4_HEAD, [int4_row(places, m) for m in models]), ""])


def int4_row(places: Places, model: MeasuredModel) -> list[str]:
    """The cells of a model."""
    float_model = places.float_model(model.name)
    calibration, judged = split(model.read(places.data, float_model))
    files = {FLOAT: float_model}
    for rounding in ROUNDINGS:
        recipe = Recipe(scheme="int4", rounding=rounding, min_elements=0)
        kind = f"int4-{rounding}"
        data = None if rounding == "nearest" else calibration
        files[rounding] = places.ours(model.name, float_model, kind, recipe, data)
    found = measure_files(files, judged)
    best = max(ROUNDINGS, key=lambda each: found[each].sqnr_db or 0.0)
    return [
        *(model.name, f"{found[FLOAT].bytes:,}", f"{found[best].bytes:,}"),
        *(accuracy(found[kind].accuracy) for kind in (FLOAT, *ROUNDINGS)),
        *(decibels(found["nearest"].sqnr_db), decibels(found[best].sqnr_db)),
    ]


def integer_section(places: Places, models: Sequence[MeasuredModel]) -> str:
    """The section on integer activations as Markdown."""
    rows = [integer_row(model.name, integer_files(places, model)) for model in models]
    return "\n".join([_INTEGER, *markdown(_INTEGER_HEAD, rows), ""])


def integer_files(places: Places, model: MeasuredModel) -> Mapping[str, Fidelity]:
    """What each integer file does."""
    float_model = places.float_model(model.name)
    calibration, judged = split(model.read(places.data, float_model))
    files = {FLOAT: float_model, INTEGER: _tensorflow(places, model.name, calibration)}
    for scheme in ("full_integer", "int16x8"):
        recipe = Recipe(scheme=scheme)
        files[scheme] = places.ours(model.name, float_model, scheme, recipe, calibration)
    return measure_files(files, judged)


def integer_row(name: str, found: Mapping[str, Fidelity]) -> list[str]:
    """The cells of a model."""
    theirs, ours, wide = found[INTEGER], found["full_integer"], found["int16x8"]
    return [
        *(name, f"{theirs.bytes:,}", f"{ours.bytes:,}"),
        *(accuracy(each.accuracy) for each in (found[FLOAT], theirs, ours)),
        *(decibels(theirs.sqnr_db), decibels(ours.sqnr_db)),
        *(accuracy(wide.accuracy), decibels(wide.sqnr_db)),
    ]


def _tensorflow(places: Places, name: str, calibration: EvaluationData) -> Path:
    """TensorFlow's full-integer model of the SavedModel, kept."""
    path = places.file(name, INTEGER)
    if path.exists():
        return path
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder, "calibration.npz")
        arrays = {key: np.asarray(rows, np.float32) for key, rows in calibration.inputs.items()}
        np.savez(samples, allow_pickle=False, **arrays)
        write_variant(places.models / name, "calibrated", path, samples)
    return path
