"""Writes a Keras model as a SavedModel, without an import of Keras: the model brings it along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kernels.errors import ConversionError


def export_keras_model(model: Any, folder: Path) -> None:
    """Writes ``model``, a built Keras model, to ``folder`` with its own ``export``, which freezes
    what ``tf.saved_model.save`` leaves unfrozen.

    Raises ConversionError for what has no ``export``, and for what Keras says against it.
    """
    export = getattr(model, "export", None)
    if not callable(export):
        raise ConversionError(
            f"a {type(model).__name__} has no export method: it is no Keras model.",
            "Give a keras.Model of Keras 3 or TensorFlow 2.13 and later, or use from_saved_model.",
        )
    try:
        export(str(folder), **_quiet(model))
    except Exception as error:  # whatever Keras, its backend or the model's own layers raise
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ConversionError(
            f"Keras cannot export the model: {first}",
            "Build it first by calling it on a sample, or export it yourself and use "
            "from_saved_model.",
        ) from error


def _quiet(model: Any) -> dict[str, Any]:
    """Arguments against Keras 3's table of signatures; older ones have none."""
    modules = {each.__module__.split(".")[0] for each in type(model).__mro__}
    return {"verbose": False} if "keras" in modules else {}
