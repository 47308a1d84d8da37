"""LiteRT with the manners of our interpreter: a second opinion on what a model computes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kernels.errors import ModelError
from kernels.model import Signature
from kernels.node import XNNPACK, Array
from kernels.signatures import chosen_signature, signatures_of
from kernels.tflite.reader import read_model
from tools import litert


class LiteRtRuntime:
    """A model that LiteRT runs, with the kernels of ``numerics``.

    ``num_threads`` are LiteRT's own. Raises InputError where LiteRT is not installed, and
    ModelError for a model that is malformed or that LiteRT does not take.
    """

    def __init__(
        self, source: str | os.PathLike[str], numerics: str = XNNPACK, num_threads: int = 1
    ) -> None:
        self._source, self._numerics, self.num_threads = Path(source), numerics, num_threads
        self.model = read_model(source)
        self._signatures = signatures_of(self.model)
        with self._refusals():
            self._running = litert.interpreter(self._source.read_bytes(), numerics, num_threads)

    def copy(self, num_threads: int) -> LiteRtRuntime:
        """Another interpreter of the same model."""
        return LiteRtRuntime(self._source, self._numerics, num_threads)

    def signature(self, key: str | None = None) -> Signature:
        """The signature of that key; without one, the only one or "serving_default"."""
        return chosen_signature(self._signatures, key)

    def reset(self) -> None:
        """Forgets what invocations left in variables."""
        self._running.reset_all_variables()

    def invoke(self, signature: str | None = None, **inputs: Any) -> dict[str, Array]:
        """The outputs of a signature by name. Raises ModelError where LiteRT refuses."""
        called = self.signature(signature)
        with self._refusals():
            if called.subgraph:
                outputs = self._running.get_signature_runner(called.key)(**inputs)
                return {name: np.array(value) for name, value in outputs.items()}
            self._set_inputs({called.inputs[name]: value for name, value in inputs.items()})
            self._running.invoke()
            return {
                name: np.array(self._running.get_tensor(index))
                for name, index in called.outputs.items()
            }

    def _set_inputs(self, values: dict[int, Array]) -> None:
        shapes = {
            detail["index"]: tuple(detail["shape"]) for detail in self._running.get_input_details()
        }
        for index, value in values.items():
            if shapes[index] != value.shape:
                self._running.resize_tensor_input(index, value.shape)
        self._running.allocate_tensors()
        for index, value in values.items():
            self._running.set_tensor(index, value)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, ValueError) as error:
            said = (str(error).strip().splitlines() or ["it does not say why"])[0]
            raise ModelError(
                f"{self._source}: LiteRT refuses it: {said}.",
                "Use runtime tflq.",
            ) from error
