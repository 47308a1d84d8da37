"""A model given to ``tflq bench``: the files of it that are measured."""

from __future__ import annotations

from pathlib import Path

from quant.saved_model import convert_saved_model
from tools.bench.variant import DYNAMIC, FLOAT, KINDS, add_ours, add_variant, files


def make_files(model: Path, dynamic_range: Path | None, folder: Path) -> dict[str, Path]:
    """Kind -> file, of a SavedModel or a float ``.tflite``; others are made in ``folder``.

    TFLite's dynamic-range model is the given one or, of a SavedModel, what TensorFlow makes of
    it. Raises a TfliteQuantError where the model cannot be read, converted or quantized.
    """
    given = {FLOAT: model} if model.is_file() else {}
    if not given:
        convert_saved_model(model, folder / f"{FLOAT}.tflite")
    if dynamic_range is not None:
        given[DYNAMIC] = dynamic_range
    elif not given:
        add_variant(model, folder, DYNAMIC)
    add_ours(given.get(FLOAT, folder / f"{FLOAT}.tflite"), folder)
    found = {**files(folder), **given}
    return {kind: found[kind] for kind in KINDS if kind in found}
