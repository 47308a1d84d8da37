"""Cases of operators with a state: RNN, its sequences, SVDF, in float and with hybrid weights."""

from __future__ import annotations

from types import SimpleNamespace as Point
from typing import Any

from kernels.model import Quantization
from tools.conformance.case import Family, Sketch
from tools.conformance.draw import HYBRID, Draw
from tools.conformance.model_builder import Value, tensor

_REACH = 1 / 127
_BACKWARD_UNITS = 3
"""How many units the backward direction has more."""


def matrix(draw: Draw, point: Point, *shape: int) -> Value:
    """A weight: float, or integers with one scale."""
    if point.type in HYBRID:
        return draw.weight(HYBRID[point.type], shape, draw.scales(1, _REACH))
    return draw.constant("float32", shape, -0.8, 0.8)


def state(name: str, *shape: int, type_: str = "FLOAT32", of: Quantization | None = None) -> Value:
    """A tensor that keeps its values between invocations."""
    return tensor(name, shape, type_, is_variable=True, quantization=of)


def steps(point: Point) -> tuple[int, int]:
    """The first two dimensions of a sequence."""
    return (point.time, point.batch) if point.time_major else (point.batch, point.time)


def _svdf(draw: Draw, point: Point) -> Sketch:
    filters = point.units * point.rank
    inputs = [
        draw.fed("float32", (point.batch, point.depth)),
        matrix(draw, point, filters, point.depth),
        matrix(draw, point, filters, point.memory),
        draw.constant("float32", (point.units,)) if point.bias else None,
        state("state", point.batch, filters * point.memory),
    ]
    options = {"rank": point.rank, "asymmetric_quantize_inputs": point.asymmetric}
    return Sketch(inputs, [draw.value("float32")], options, version=4, invocations=3)


def _direction(draw: Draw, point: Point, units: int, name: str = "state") -> list[Value]:
    return [
        matrix(draw, point, units, point.depth),
        matrix(draw, point, units, units),
        draw.constant("float32", (units,)),
        state(name, point.batch, units),
    ]


def _options(point: Point, **more: Any) -> dict[str, Any]:
    return {
        "fused_activation_function": point.activation,
        "asymmetric_quantize_inputs": point.asymmetric,
        **more,
    }


def _rnn(draw: Draw, point: Point) -> Sketch:
    x = draw.fed("float32", (point.batch, point.depth))
    inputs = [x, *_direction(draw, point, point.units)]
    return Sketch(inputs, [draw.value("float32")], _options(point), version=3, invocations=3)


def _sequence_rnn(draw: Draw, point: Point) -> Sketch:
    x = draw.fed("float32", (*steps(point), point.depth))
    inputs = [x, *_direction(draw, point, point.units)]
    options = _options(point, time_major=point.time_major)
    return Sketch(inputs, [draw.value("float32")], options, version=3, invocations=2)


def _bidirectional_rnn(draw: Draw, point: Point) -> Sketch:
    shape = (*steps(point), point.depth)
    counts = point.units, point.units + _BACKWARD_UNITS
    weighted = point.auxiliary == "weighted"
    inputs = [
        draw.fed("float32", shape),
        *_direction(draw, point, counts[0], "forward"),
        *_direction(draw, point, counts[1], "backward"),
        None if point.auxiliary == "none" else draw.fed("float32", shape),
        *(matrix(draw, point, units, point.depth) if weighted else None for units in counts),
    ]
    options = _options(point, time_major=point.time_major, merge_outputs=point.merge)
    outputs = [draw.value("float32") for _ in range(1 if point.merge else 2)]
    return Sketch(inputs, outputs, options, version=3, invocations=2, keeps_absent=True)


STATE_AXES = {
    "type": ("float32", "hybrid-int8"),
    "batch": (1, 2),
    "depth": (1, 5, 20),
    "units": (1, 4, 9),
    "asymmetric": (False, True),
}
SEQUENCE_AXES = {"time": (1, 4), "time_major": (False, True)}
BIDIRECTIONAL_AXES = {"merge": (False, True), "auxiliary": ("none", "weighted", "stacked")}
_RECURRENT_AXES = {**STATE_AXES, "activation": ("NONE", "RELU", "TANH")}

FAMILIES = (
    Family(
        ("SVDF",),
        {**STATE_AXES, "rank": (1, 2), "memory": (1, 6), "bias": (True, False)},
        _svdf,
        cases=24,
    ),
    Family(("RNN",), _RECURRENT_AXES, _rnn, cases=24),
    Family(
        ("UNIDIRECTIONAL_SEQUENCE_RNN",), {**_RECURRENT_AXES, **SEQUENCE_AXES}, _sequence_rnn, 24
    ),
    Family(
        ("BIDIRECTIONAL_SEQUENCE_RNN",),
        {**_RECURRENT_AXES, **SEQUENCE_AXES, **BIDIRECTIONAL_AXES},
        _bidirectional_rnn,
        cases=36,
    ),
)
