"""What the converter's answer means: its errors as ours, each with a cure.

Pure functions on the JSON that ``quant.saved_model_to_tflite`` writes, testable without
TensorFlow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kernels.errors import ConversionError
from quant import converter_errors
from quant.converter_errors import VERBOSE_CURE, Answer
from quant.tensorflow_text import last_reason

_UNREGISTERED = re.compile(r"Op type not registered '(\w+)'")
_DAMAGED = re.compile(r"DataLossError|TensorSliceReader|Read less bytes than requested")
_COPY_AGAIN = "Copy the folder again from where it was exported, or export the model again."
_COPY_ALL = "Copy the whole folder; in a BUILD file, glob(['NAME/**'])."
INSTALL_TENSORFLOW = "pip install 'tflite-quant[tensorflow]'"


def diagnose(directory: str, answer: Answer) -> ConversionError:
    """The error of an answer that has one; ``directory`` is the SavedModel, to be named."""
    problem, cure = _BY_KIND[answer["error"]](answer)
    return ConversionError(f"{directory}: {problem}", cure)


def _tensorflow_missing(answer: Answer) -> tuple[str, str]:
    return (
        f"converting needs TensorFlow, and {answer['python']} does not have it.",
        f"Run {INSTALL_TENSORFLOW}, or name an interpreter that has it in TFLQ_CONVERT_PYTHON.",
    )


def _tensorflow_broken(answer: Answer) -> tuple[str, str]:
    return (
        f"TensorFlow does not start in {answer['python']}: {last_reason(answer['message'])}.",
        f"Install it anew: {INSTALL_TENSORFLOW} --force-reinstall",
    )


def _unreadable(answer: Answer) -> tuple[str, str]:
    return f"saved_model.pb is damaged: {last_reason(answer['message'])}.", _COPY_AGAIN


def _not_for_serving(answer: Answer) -> tuple[str, str]:
    tags = ", ".join("+".join(each) or "no tag" for each in answer["tags"]) or "no graph at all"
    return (
        f"no graph is tagged 'serve' alone; there is: {tags}.",
        "Export it with model.export(FOLDER), which writes a graph for serving.",
    )


def _variables_missing(answer: Answer) -> tuple[str, str]:
    return "variables/variables.index is missing, and its graph has variables.", _COPY_ALL


def _no_signature(answer: Answer) -> tuple[str, str]:
    return (
        "it has no signature, so nothing in it can be called.",
        "Export it with model.export(FOLDER), or tf.saved_model.save(..., signatures=...).",
    )


def _signature_ambiguous(answer: Answer) -> tuple[str, str]:
    signatures = answer["signatures"]
    return (
        f"it has {len(signatures)} signatures and no 'serving_default': {_listed(signatures)}.",
        f"Choose one, for example signature '{next(iter(signatures))}', or '*' for all.",
    )


def _signature_unknown(answer: Answer) -> tuple[str, str]:
    return (
        f"it has no signature '{answer['asked']}'.",
        f"Choose one that it has: {_listed(answer['signatures'])}.",
    )


def _load(answer: Answer) -> tuple[str, str]:
    message = answer["message"]
    unregistered = _UNREGISTERED.search(message)
    if unregistered:
        return (
            f"operator '{unregistered[1]}' is not one of TensorFlow's, and no builtin of .tflite.",
            "Do that step (a tokenizer, a decoder) in the app, and export the model without it.",
        )
    if _DAMAGED.search(message):
        return f"its variables cannot be read: {last_reason(message)}.", _COPY_AGAIN
    return f"TensorFlow cannot load it: {last_reason(message)}.", VERBOSE_CURE


def _resave(answer: Answer) -> tuple[str, str]:
    return (
        "its checkpoint does not restore the variables that its graph reads, and to save it "
        f"anew failed: {last_reason(answer['message'])}.",
        "Export it with model.export(FOLDER) instead of tf.saved_model.save.",
    )


def _listed(signatures: Mapping[str, Any]) -> str:
    """``encode(x: float32[1, 4]) -> (code: float32[?, 8]); decode...``"""
    return "; ".join(
        f"{key}({_arguments(signature['inputs'])}) -> ({_arguments(signature['outputs'])})"
        for key, signature in signatures.items()
    )


def _arguments(tensors: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {dtype}{_shape(shape)}" for name, (dtype, shape) in tensors.items())


def _shape(shape: Sequence[int | None] | None) -> str:
    if shape is None:
        return "[...]"
    return "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"


_BY_KIND: Mapping[str, Callable[[Answer], tuple[str, str]]] = MappingProxyType(
    {
        "convert": converter_errors.diagnosis,
        "load": _load,
        "no_signature": _no_signature,
        "not_for_serving": _not_for_serving,
        "resave": _resave,
        "signature_ambiguous": _signature_ambiguous,
        "signature_unknown": _signature_unknown,
        "tensorflow_broken": _tensorflow_broken,
        "tensorflow_missing": _tensorflow_missing,
        "unreadable": _unreadable,
        "variables_missing": _variables_missing,
    }
)
"""Every kind of error that ``quant.saved_model_to_tflite`` answers."""
