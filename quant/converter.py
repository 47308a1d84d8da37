"""A compatibility door: the API of TensorFlow's 2018 announcement of post-training quantization.

https://blog.tensorflow.org/2018/09/introducing-model-optimization-toolkit.html

    converter = quant.TFLiteConverter.from_saved_model(saved_model_dir)
    converter.post_training_quantize = True
    open("quantized_model.tflite", "wb").write(converter.convert())

What it does is ``convert_saved_model``, ``read_model``, ``quantize`` and ``model_bytes``, which
take and return values, and a ``Recipe`` says more than its two attributes can.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kernels.errors import RecipeError
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes
from quant.quantizer import quantize
from quant.saved_model import convert_saved_model

OPTIONS = ("post_training_quantize", "optimizations")


class TFLiteConverter:
    """A model to convert; its weights stay float unless an attribute asks for int8.

    ``post_training_quantize`` true, or anything in ``optimizations`` (TensorFlow's name for
    the same since 2.0), means the default recipe: dynamic range.
    """

    _float_model: Callable[[Path], Path]

    def __init__(self, float_model: Callable[[Path], Path]) -> None:
        """``float_model`` gives a float ``.tflite``, which it may make in a folder."""
        vars(self)["_float_model"] = float_model
        self.post_training_quantize = False
        self.optimizations: Sequence[Any] = ()

    @classmethod
    def from_saved_model(
        cls, saved_model_dir: str | os.PathLike[str], signature: str | None = None
    ) -> TFLiteConverter:
        """For a SavedModel folder; ``signature`` as for ``convert_saved_model``."""

        def float_model(folder: Path) -> Path:
            converted = folder / "model.tflite"
            convert_saved_model(saved_model_dir, converted, signature)
            return converted

        return cls(float_model)

    @classmethod
    def from_tflite(cls, path: str | os.PathLike[str]) -> TFLiteConverter:
        """For a float ``.tflite`` file."""
        return cls(lambda _: Path(path))

    def __setattr__(self, name: str, value: Any) -> None:
        # An option of TensorFlow's class that had no effect here would deceive.
        if name not in OPTIONS:
            raise RecipeError(
                f"TFLiteConverter has no option '{name}' (given {value!r}).",
                f"Set {' or '.join(OPTIONS)}, or give quant.quantize a Recipe.",
            )
        super().__setattr__(name, value)

    def convert(self) -> bytes:
        """The content of the ``.tflite`` file.

        Raises ConversionError for a SavedModel that cannot be converted, ModelError for what
        is no ``.tflite``, WeightError for a NaN or Inf in a weight that is to be quantized.
        """
        with tempfile.TemporaryDirectory(prefix="tflq-") as folder:
            model = read_model(self._float_model(Path(folder)))
            if self.post_training_quantize or self.optimizations:
                model = quantize(model).model
            return model_bytes(model)
