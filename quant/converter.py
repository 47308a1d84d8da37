"""A compatibility door: the class by which people's scripts quantize with TensorFlow.

It began with the 2018 announcement of post-training quantization:
https://blog.tensorflow.org/2018/09/introducing-model-optimization-toolkit.html

    converter = quant.TFLiteConverter.from_saved_model(saved_model_dir)
    converter.post_training_quantize = True
    open("quantized_model.tflite", "wb").write(converter.convert())

What it does is ``convert_saved_model``, ``read_model``, ``quantize`` and ``model_bytes``, which
take and return values, and a ``Recipe`` says more than its attributes can.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kernels.errors import RecipeError
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes
from quant.compatible_options import TargetSpec, compatible_recipe
from quant.keras_export import export_keras_model
from quant.quantizer import quantize
from quant.saved_model import convert_saved_model

OPTIONS = (
    "post_training_quantize",
    "optimizations",
    "representative_dataset",
    "target_spec",
    "inference_input_type",
    "inference_output_type",
)
WITHOUT_EFFECT = {
    "allow_custom_ops": True,
    "experimental_new_converter": True,
    "experimental_new_quantizer": True,
    "experimental_enable_resource_variables": True,
    "exclude_conversion_metadata": False,
}
"""Options of TensorFlow's class and the value that says what is the case here anyway."""


class TFLiteConverter:
    """A model to convert; its weights stay float unless an attribute asks for more.

    ``post_training_quantize`` true, or anything in ``optimizations`` (TensorFlow's name for
    the same since 2.0), means dynamic range; with a ``representative_dataset``, full integer.
    ``target_spec.supported_types = [float16]`` means float16. Types are NumPy's, TensorFlow's or
    names of them.
    """

    _float_model: Callable[[Path], Path]

    def __init__(self, float_model: Callable[[Path], Path]) -> None:
        """``float_model`` gives a float ``.tflite``, which it may make in a folder."""
        vars(self)["_float_model"] = float_model
        self.post_training_quantize = False
        self.optimizations: Sequence[Any] = ()
        self.representative_dataset: Callable[[], Any] | None = None
        self.target_spec = TargetSpec()
        self.inference_input_type: Any = np.float32
        self.inference_output_type: Any = np.float32

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
    def from_keras_model(cls, model: Any) -> TFLiteConverter:
        """For a Keras model in memory, which is exported anew at each conversion."""

        def float_model(folder: Path) -> Path:
            export_keras_model(model, folder / "saved_model")
            converted = folder / "model.tflite"
            convert_saved_model(folder / "saved_model", converted)
            return converted

        return cls(float_model)

    @classmethod
    def from_tflite(cls, path: str | os.PathLike[str]) -> TFLiteConverter:
        """For a float ``.tflite`` file."""
        return cls(lambda _: Path(path))

    def __setattr__(self, name: str, value: Any) -> None:
        # An option of TensorFlow's class that had no effect here would deceive.
        if name in WITHOUT_EFFECT and value == WITHOUT_EFFECT[name]:
            return
        if name not in OPTIONS:
            raise RecipeError(
                f"TFLiteConverter has no option '{name}' (given {value!r}).",
                f"Set {' or '.join(OPTIONS)}, or give quant.quantize a Recipe.",
            )
        super().__setattr__(name, value)

    def convert(self) -> bytes:
        """The content of the ``.tflite`` file.

        Raises ConversionError for a model that cannot be converted, ModelError for what is no
        ``.tflite``, RecipeError for options that contradict each other, DataError for samples
        that do not fit, WeightError for a NaN or Inf in a weight that is to be quantized.
        """
        data = self.representative_dataset
        recipe = compatible_recipe(
            bool(self.post_training_quantize or self.optimizations),
            data is not None,
            self.target_spec,
            self.inference_input_type,
            self.inference_output_type,
        )
        with tempfile.TemporaryDirectory(prefix="tflq-") as folder:
            model = read_model(self._float_model(Path(folder)))
            return model_bytes(quantize(model, recipe, data).model)
