"""Draws the operands of a case: tensors that are fed and constants, of any element type."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from kernels.constant import DTYPES
from kernels.model import Quantization
from kernels.node import Array
from tools.conformance.model_builder import Value, blockwise, constant, quantization, tensor

QUANTIZED = {"int8": "INT8", "uint8": "UINT8", "int16": "INT16"}
"""Types of full-integer models: their tensors have a scale."""
PLAIN = {"plain-int8": "INT8", "plain-int16": "INT16"}
"""The same without a scale: numbers like any other."""
HYBRID = {"hybrid-int8": "INT8", "hybrid-int4": "INT4", "hybrid-int2": "INT2"}
"""Float models with integer weights: the types of the weights."""
PACKED = {"hybrid-int4": 2, "hybrid-int2": 4}
"""How many weights share a byte."""
_SCALES = (0.4, 0.1, 0.05, 1 / 64, 1 / 128)
_INTEGER_REACH = 50
_LETTERS, _LONGEST = "abü ", 4
"""Of strings."""
_WEIGHT_LIMIT = {"INT8": 127, "INT4": 7, "INT2": 1}
"""Weights of -128 and int4 weights of -8 overflow in LiteRT's own kernels (numerics.md 5)."""


@dataclass
class Draw:
    """Values from one generator, in the order in which they are asked for."""

    rng: np.random.Generator
    fed_values: dict[str, tuple[str, tuple[int, ...], Any, Any, int | None]] = field(
        default_factory=dict
    )
    count: int = 0

    def fed(
        self,
        type_: str,
        shape: tuple[int, ...],
        low: float | None = None,
        high: float | None = None,
        of: Quantization | None = None,
        least: int | None = None,
    ) -> Value:
        """A tensor that is fed with values of [low, high); integers have a scale of their own
        unless ``of`` gives one, and no codes below ``least``."""
        made = self.value(type_, shape, of)
        self.fed_values[made.tensor.name] = (type_, shape, low, high, least)
        return made

    def value(
        self, type_: str, shape: tuple[int, ...] = (), of: Quantization | None = None
    ) -> Value:
        """A tensor made at run time."""
        scaled = of or (self.quantization(type_) if type_ in QUANTIZED else None)
        return tensor(self._name(), shape, tensor_type(type_), quantization=scaled)

    def constant(
        self,
        type_: str,
        shape: tuple[int, ...],
        low: float | None = None,
        high: float | None = None,
        of: Quantization | None = None,
    ) -> Value:
        """A constant of such values."""
        scaled = of or (self.quantization(type_) if type_ in QUANTIZED else None)
        values = self.array(type_, shape, low, high)
        return constant(self._name(), values, tensor_type(type_), quantization=scaled)

    def given(self, values: Any, dtype: Any = np.int32, of: Quantization | None = None) -> Value:
        """A constant of these values."""
        return constant(self._name(), np.asarray(values, dtype), quantization=of)

    def weight(self, element_type: str, shape: tuple[int, ...], scale: Any, axis: int = 0) -> Value:
        """A constant of symmetric integers with one scale or one for each index of ``axis``."""
        limit = _WEIGHT_LIMIT[element_type]
        codes = self.rng.integers(-limit, limit + 1, shape).astype(np.int8)
        return constant(
            self._name(), codes, element_type, quantization=quantization(scale, axis=axis)
        )

    def blockwise(
        self, element_type: str, shape: tuple[int, ...], size: int, spread: float
    ) -> Value:
        """A constant of all integers with scales for blocks of ``size``: 10 ** of numbers up to
        ``spread`` from -2."""
        limit = _WEIGHT_LIMIT[element_type]
        codes = self.rng.integers(-limit - 1, limit + 1, shape).astype(np.int8)
        powers = self.rng.uniform(-spread, spread, (*shape[:-1], shape[-1] // size)) - 2
        return blockwise(self._name(), codes, (10.0**powers).astype(np.float16), element_type)

    def scales(self, count: int, reach: float) -> Array:
        """Scales of weights, (count,) float32, within a factor of 4 of each other."""
        return np.asarray(self.rng.uniform(0.5, 2, count) * reach, np.float32)

    def quantization(self, type_: str) -> Quantization:
        """A scale, and a zero point that int16 does not have."""
        scale = self.rng.choice(_SCALES) * self.rng.uniform(0.5, 1)
        limits = np.iinfo(DTYPES[QUANTIZED[type_]])
        middle = (limits.min + limits.max + 1) // 2
        reach = 0 if type_ == "int16" else (limits.max - limits.min) // 4
        zero_points = (middle, middle + int(self.rng.integers(-reach, reach + 1)))
        return quantization(np.float32(scale), self.rng.choice(zero_points))

    def feed(self) -> dict[str, Array]:
        """Values for all tensors that are fed, by name."""
        return {name: self.array(*wanted) for name, wanted in self.fed_values.items()}

    def array(
        self,
        type_: str,
        shape: tuple[int, ...],
        low: float | None,
        high: float | None,
        least: int | None = None,
    ) -> Array:
        """Normal floats, or uniform values of [low, high); quantized integers of all values."""
        dtype = DTYPES[tensor_type(type_)]
        if type_ == "bool":
            return np.asarray(self.rng.integers(0, 2, shape), np.bool_)
        if type_ == "string":
            return self.strings(shape)
        if dtype.kind == "c":
            return np.asarray(self.rng.normal(size=(*shape, 2)), np.float32).view(dtype)[..., 0]
        if dtype.kind == "f":
            values = self.rng.normal(size=shape) * self.rng.choice([0.5, 2.0])
            if low is not None:
                values = self.rng.uniform(low, high or 0, shape)
            return np.asarray(values, dtype)
        limits = np.iinfo(dtype)
        reach = (-_INTEGER_REACH, _INTEGER_REACH)
        codes = (limits.min if least is None else least, limits.max + 1)
        bounds = codes if type_ in QUANTIZED else reach
        low_high = bounds if low is None or type_ in QUANTIZED else (int(low), int(high or 0))
        return np.asarray(self.rng.integers(*low_high, shape), dtype)

    def strings(self, shape: tuple[int, ...]) -> Array:
        """UTF-8 of a few letters, as bytes in an array of objects."""
        values = np.empty(prod(shape), object)
        for place in range(len(values)):
            count = int(self.rng.integers(0, _LONGEST + 1))
            values[place] = "".join(self.rng.choice(list(_LETTERS), count)).encode()
        return values.reshape(shape)

    def _name(self) -> str:
        self.count += 1
        return f"t{self.count}"


def tensor_type(type_: str) -> str:
    """The tensor type of activations: a hybrid operator's are float32."""
    return "FLOAT32" if type_ in HYBRID else PLAIN.get(type_, type_.upper())
