"""Operators on quantized tensors: ours is LiteRT's, to the last integer, and near the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kernels.constant import DTYPES
from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.node import NUMERICS
from tests.build_model import Value, constant, quantization, single_operator, tensor
from tests.oracle import litert

TYPES = ("INT8", "UINT8", "INT16")
BYTES = ("INT8", "UINT8")
LOGISTIC_OUTPUT = {"INT8": (1 / 256, -128), "UINT8": (1 / 256, 0), "INT16": (1 / 32768, 0)}
TANH_OUTPUT = {"INT8": (1 / 128, 0), "UINT8": (1 / 128, 128), "INT16": (1 / 32768, 0)}
"""The scales and zero points that TFLite demands of results from 0 to 1, and from -1 to 1."""


@dataclass(frozen=True)
class Affine:
    """How integers of a type stand for real numbers."""

    type: str
    scale: float
    zero_point: int = 0

    @property
    def limits(self) -> tuple[int, int]:
        found = np.iinfo(DTYPES[self.type])
        return found.min, found.max

    def real(self, q: np.ndarray) -> np.ndarray:
        return (q.astype(float) - self.zero_point) * float(np.float32(self.scale))

    def value(self, name: str, shape: Sequence[int]) -> Value:
        given = quantization(self.scale, self.zero_point)
        return tensor(name, shape, self.type, quantization=given)

    def constant(self, name: str, q: np.ndarray) -> Value:
        return constant(name, q, quantization=quantization(self.scale, self.zero_point))


def codes(seed: int, affine: Affine | str, *shape: int) -> np.ndarray:
    """Random integers of a type; its two ends among them, if there are at least two."""
    dtype = DTYPES[affine if isinstance(affine, str) else affine.type]
    limits = np.iinfo(dtype)
    q = np.random.default_rng(seed).integers(limits.min, limits.max + 1, shape).astype(dtype)
    if q.size > 1:
        q.flat[0], q.flat[-1] = limits.min, limits.max
    return q


def every_code(type_name: str) -> np.ndarray:
    """All integers of a type: (1, n)."""
    limits = np.iinfo(DTYPES[type_name])
    return np.arange(limits.min, limits.max + 1).astype(DTYPES[type_name])[np.newaxis]


def affines(seed: int, type_name: str, count: int, spread: float = 1.5) -> list[Affine]:
    """Random ones whose scales differ by up to ``exp(spread)``; zero points at ends and between."""
    rng = np.random.default_rng(seed)
    limits = np.iinfo(DTYPES[type_name])
    around = 2e-4 if type_name == "INT16" else 0.05
    ends = [limits.min, limits.max, int(rng.integers(limits.min, limits.max + 1))]
    zero_points = [0] if type_name == "INT16" else ends
    return [
        Affine(type_name, around * float(np.exp(rng.uniform(0, spread))), int(zero_point))
        for zero_point in rng.choice(zero_points, count)
    ]


def model_of(
    operator: str,
    inputs: Sequence[tuple[Affine, np.ndarray]],
    out: Affine,
    shape: Sequence[int],
    options: Mapping[str, Any] | None = None,
    version: int = 2,
    constants: Sequence[Value] = (),
) -> Model:
    """An operator of quantized inputs in0, in1, ... and constants after them."""
    given = [affine.value(f"in{i}", q.shape) for i, (affine, q) in enumerate(inputs)]
    return single_operator(
        operator, [*given, *constants], [out.value("out", shape)], options, version
    )


def check(
    model: Model,
    feeds: Sequence[np.ndarray],
    out: Affine | None = None,
    truth: np.ndarray | None = None,
    steps: float = 1,
    numerics: Sequence[str] = NUMERICS,
    litert_runs: bool = True,
) -> None:
    """In each of the numerics ours equals LiteRT, and is within ``steps`` steps of ``truth``."""
    names = list(model.signatures[0].inputs)
    for name in numerics:
        fed = dict(zip(names, feeds, strict=True))
        (ours,) = Interpreter(model, name).invoke(**fed).values()
        if truth is not None and out is not None:
            low, high = out.real(np.array(out.limits))
            error = np.abs(out.real(ours) - np.clip(truth, low, high)) / np.float32(out.scale)
            assert error.max(initial=0) <= steps
        if litert_runs:
            (theirs,) = litert(model, feeds, name)
            assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
            np.testing.assert_array_equal(ours, theirs)
