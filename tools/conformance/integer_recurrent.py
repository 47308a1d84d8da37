"""Cases of operators with a state whose arithmetic is all of integers: LSTMs and SVDF."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace as Point
from typing import Any

import numpy as np

from kernels.model import Quantization
from tools.conformance.case import Family, Sketch
from tools.conformance.draw import Draw
from tools.conformance.model_builder import Value, quantization, tensor
from tools.conformance.recurrent import SEQUENCE_AXES, state, steps

_X = quantization(0.02, -5)
_HIDDEN = quantization(1 / 128, 3)
_WEIGHT, _NORM, _PEEPHOLE = (quantization(scale) for scale in (0.008, 2**-13, 3e-5))
_GATES = range(4)
_BIASES = {"gate": 9999, "projection": 999, "basic": 20_000}
"""The largest biases."""

_BYTE, _BYTE_WEIGHT = quantization(1 / 128, 128), quantization(0.012, 119)
_BYTE_BIAS = quantization(0.012 / 128)
_BASIC_CELL, _BASIC_GATE = quantization(2.0**-11), quantization(2.0**-12)

_SVDF_X, _SVDF_FEATURES, _SVDF_TIMES = (
    quantization(0.05, 7),
    quantization(0.01),
    quantization(3e-5),
)
_SVDF_STATE, _SVDF_BIAS = quantization(2e-3), 2**18


def _codes(draw: Draw, type_: Any, of: Quantization, *shape: int) -> Value:
    """A weight of all codes but the lowest."""
    limits = np.iinfo(type_)
    values = draw.rng.integers(limits.min + 1, limits.max + 1, shape)
    return draw.given(values, type_, of)


def _bias(draw: Draw, kind: str, count: int, of: Quantization | None = None) -> Value:
    reach = _BIASES[kind]
    return draw.given(draw.rng.integers(-reach, reach, count), of=of)


def _per_gate(point: Point, make: Callable[[], Value], there: bool = True) -> list[Value | None]:
    """One each for the gates input, forget, cell, output."""
    return [make() if there and (gate or not point.coupled) else None for gate in _GATES]


def _operands(draw: Draw, point: Point, shape: tuple[int, ...]) -> list[Value | None]:
    cells, outputs = point.units, point.projected or point.units

    def rows(width: int) -> list[Value | None]:
        return _per_gate(point, lambda: _codes(draw, np.int8, _WEIGHT, cells, width))

    def vectors(of: Quantization, there: bool) -> list[Value | None]:
        return _per_gate(point, lambda: _codes(draw, np.int16, of, cells), there)

    peepholes = vectors(_PEEPHOLE, point.peephole)
    return [
        draw.fed("int8", (*shape, point.depth), of=_X),
        *rows(point.depth),
        *rows(outputs),
        *(peepholes[gate] for gate in (0, 1, 3)),
        *_per_gate(point, lambda: _bias(draw, "gate", cells)),
        _codes(draw, np.int8, _WEIGHT, point.projected, cells) if point.projected else None,
        _bias(draw, "projection", outputs) if point.projected else None,
        state("h", point.batch, outputs, type_="INT8", of=_HIDDEN),
        state("c", point.batch, cells, type_="INT16", of=quantization(2.0**point.power)),
        *vectors(_NORM, point.norm),
    ]


def _intermediates(point: Point) -> list[Value]:
    """Scales of the gates before their normalization, and of ``output * tanh(c)``."""
    product = quantization(1 / 120, point.zero) if point.projected or point.zero else _HIDDEN
    gates = [quantization(2.0**-10 * (1 + gate / 8)) for gate in _GATES]
    scales = [*(("INT16", of) for of in gates), ("INT8", product)]
    return [
        tensor(f"intermediate{number}", (), type_, quantization=of)
        for number, (type_, of) in enumerate(scales)
    ]


def _lstm(draw: Draw, point: Point) -> Sketch:
    options = {
        "fused_activation_function": "TANH",
        "cell_clip": point.clip,
        "proj_clip": point.clip / 2,
    }
    shape: tuple[int, ...] = (point.batch,)
    if point.operator != "LSTM":
        options["time_major"], shape = point.time_major, steps(point)
    return Sketch(
        _operands(draw, point, shape),
        [draw.value("int8", of=_HIDDEN)],
        options,
        version=3,
        invocations=3,
        intermediates=_intermediates(point),
        keeps_absent=True,
    )


def _basic(draw: Draw, point: Point) -> Sketch:
    """The older kernel: bytes, and both states come in and go out."""
    cells, width = point.units, point.depth + point.units
    weight = draw.given(draw.rng.integers(0, 256, (4 * cells, width)), np.uint8, _BYTE_WEIGHT)
    inputs = [
        draw.fed("uint8", (point.batch, point.depth), of=_BYTE),
        draw.fed("uint8", (point.batch, cells), of=_BYTE),
        weight,
        _bias(draw, "basic", 4 * cells, _BYTE_BIAS),
        draw.fed("int16", (point.batch, cells), of=_BASIC_CELL),
    ]
    outputs = [
        draw.value("uint8", of=_BYTE),
        draw.value("int16", of=_BASIC_CELL),
        draw.value("uint8", of=_BYTE),
        draw.value("int16", of=_BASIC_GATE),
    ]
    options = {"kernel_type": "BASIC", "fused_activation_function": "TANH"}
    return Sketch(inputs, outputs, options, version=2, invocations=2)


def _svdf(draw: Draw, point: Point) -> Sketch:
    filters = point.units * point.rank
    bias = draw.given(draw.rng.integers(-_SVDF_BIAS, _SVDF_BIAS, point.units) // 2**8)
    memory = state("state", point.batch, filters * point.memory, type_="INT16", of=_SVDF_STATE)
    inputs = [
        draw.fed("int8", (point.batch, point.depth), of=_SVDF_X),
        _codes(draw, np.int8, _SVDF_FEATURES, filters, point.depth),
        _codes(draw, np.int16, _SVDF_TIMES, filters, point.memory),
        bias if point.bias else None,
        memory,
    ]
    output = draw.value("int8", of=quantization(point.scale, -3))
    options = {"rank": point.rank, "fused_activation_function": "RELU"}
    return Sketch(inputs, [output], options, version=3, invocations=4)


_SIZES = {"batch": (1, 2), "depth": (1, 5, 20), "units": (1, 4, 17)}
_LSTM_AXES = {
    "type": ("int8",),
    **_SIZES,
    "projected": (0, 3),
    "coupled": (False, True),
    "peephole": (False, True),
    "norm": (False, True),
    "clip": (0.0, 0.7),
    "power": (-13, -11, -9),
    "zero": (0, 4, -7),
}

FAMILIES = (
    Family(("LSTM",), _LSTM_AXES, _lstm, cases=36),
    Family(("UNIDIRECTIONAL_SEQUENCE_LSTM",), {**_LSTM_AXES, **SEQUENCE_AXES}, _lstm, cases=48),
    Family(("LSTM",), {"type": ("uint8",), **_SIZES}, _basic),
    Family(
        ("SVDF",),
        {
            "type": ("int8",),
            **_SIZES,
            "rank": (1, 2),
            "memory": (1, 6),
            "bias": (True, False),
            "scale": (1e-4, 0.01, 0.2),
        },
        _svdf,
        cases=36,
    ),
)
