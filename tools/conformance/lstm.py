"""Cases of LSTMs in float and with hybrid weights: one step, sequences, both directions."""

from __future__ import annotations

from types import SimpleNamespace as Point
from typing import Any

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import Draw
from tools.conformance.model_builder import Value
from tools.conformance.recurrent import (
    BIDIRECTIONAL_AXES,
    SEQUENCE_AXES,
    STATE_AXES,
    matrix,
    state,
    steps,
)

Operands = list[Value | None]


def _gates(point: Point, there: bool = True) -> tuple[bool, ...]:
    """Which of the gates input, forget, cell, output have an operand."""
    return (there and not point.coupled, there, there, there)


def _matrices(draw: Draw, point: Point, there: tuple[bool, ...], *shape: int) -> Operands:
    return [matrix(draw, point, *shape) if each else None for each in there]


def _vectors(draw: Draw, point: Point, there: tuple[bool, ...]) -> Operands:
    return [draw.constant("float32", (point.units,), 0.3, 1) if each else None for each in there]


def _weights(draw: Draw, point: Point) -> Operands:
    """The operands 1 to 17, which every direction has."""
    cells, outputs = point.units, point.projected or point.units
    gates = _gates(point)
    peepholes = tuple(point.peephole and gates[gate] for gate in (0, 1, 3))
    return [
        *_matrices(draw, point, gates, cells, point.depth),
        *_matrices(draw, point, gates, cells, outputs),
        *_matrices(draw, point, peepholes, cells),
        *_vectors(draw, point, gates),
        matrix(draw, point, point.projected, cells) if point.projected else None,
        draw.constant("float32", (point.projected,)) if point.projected else None,
    ]


def _states(point: Point, prefix: str = "") -> list[Value]:
    outputs = point.projected or point.units
    return [
        state(f"{prefix}h", point.batch, outputs),
        state(f"{prefix}c", point.batch, point.units),
    ]


def _options(point: Point, **more: Any) -> dict[str, Any]:
    return {
        "fused_activation_function": "TANH",
        "cell_clip": point.clip,
        "proj_clip": point.clip,
        "asymmetric_quantize_inputs": point.asymmetric,
        **more,
    }


def _operands(draw: Draw, point: Point, *shape: int) -> Operands:
    return [
        draw.fed("float32", (*shape, point.depth), -1, 1),
        *_weights(draw, point),
        *_states(point),
        *_vectors(draw, point, _gates(point, point.norm)),
    ]


def _single(draw: Draw, point: Point) -> Sketch:
    inputs = _operands(draw, point, point.batch)
    return Sketch(inputs, [draw.value("float32")], _options(point), version=4, invocations=3)


def _sequence(draw: Draw, point: Point) -> Sketch:
    inputs = _operands(draw, point, *steps(point))
    options = _options(point, time_major=point.time_major)
    return Sketch(inputs, [draw.value("float32")], options, version=3, invocations=2)


def _bidirectional(draw: Draw, point: Point) -> Sketch:
    shape = (*steps(point), point.depth)
    weighted = _gates(point, point.auxiliary == "weighted")
    inputs = [
        draw.fed("float32", shape, -1, 1),
        *_weights(draw, point),
        *_weights(draw, point),
        *_states(point, "forward_"),
        *_states(point, "backward_"),
        None if point.auxiliary == "none" else draw.fed("float32", shape, -1, 1),
        *_matrices(draw, point, weighted, point.units, point.depth),
        *_matrices(draw, point, weighted, point.units, point.depth),
    ]
    options = _options(point, time_major=point.time_major, merge_outputs=point.merge)
    outputs = [draw.value("float32") for _ in range(1 if point.merge else 2)]
    return Sketch(inputs, outputs, options, version=3, invocations=2, keeps_absent=True)


def _basic(draw: Draw, point: Point) -> Sketch:
    """The older kernel: both states come in and go out."""
    cells = point.units
    inputs = [
        draw.fed("float32", (point.batch, point.depth), -1, 1),
        draw.fed("float32", (point.batch, cells), -1, 1),
        draw.constant("float32", (4 * cells, point.depth + cells), -0.8, 0.8),
        draw.constant("float32", (4 * cells,)),
        draw.fed("float32", (point.batch, cells), -1, 1),
    ]
    options = {"kernel_type": "BASIC", "fused_activation_function": "TANH"}
    outputs = [draw.value("float32") for _ in range(4)]
    return Sketch(inputs, outputs, options, version=2, invocations=2)


_AXES = {
    **STATE_AXES,
    "projected": (0, 3),
    "coupled": (False, True),
    "peephole": (False, True),
    "clip": (0.0, 0.5),
}

FAMILIES = (
    Family(("LSTM",), {**_AXES, "norm": (False, True)}, _single, cases=36),
    Family(
        ("LSTM",),
        {name: STATE_AXES[name] for name in ("batch", "depth", "units")} | {"type": ("float32",)},
        _basic,
    ),
    Family(
        ("UNIDIRECTIONAL_SEQUENCE_LSTM",),
        {**_AXES, **SEQUENCE_AXES, "norm": (False, True)},
        _sequence,
        cases=36,
    ),
    Family(
        ("BIDIRECTIONAL_SEQUENCE_LSTM",),
        {**_AXES, **SEQUENCE_AXES, **BIDIRECTIONAL_AXES},
        _bidirectional,
        cases=48,
    ),
)
