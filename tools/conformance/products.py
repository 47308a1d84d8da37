"""Cases of operators that multiply matrices or look rows up, and of those with a state."""

from __future__ import annotations

from types import SimpleNamespace as Point

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import HYBRID, PACKED, Draw
from tools.conformance.model_builder import Value, tensor
from tools.conformance.windows import output, weights_and_bias

_ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")
_REACH = 1 / 127


def _fully_connected(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, (*point.batch, point.depth))
    weight, bias = weights_and_bias(draw, point, (point.units, point.depth), 0, x)
    options = {
        "fused_activation_function": point.activation,
        "keep_num_dims": point.keep,
        "asymmetric_quantize_inputs": point.asymmetric,
    }
    return Sketch([x, weight, bias], [output(draw, point.type)], options, version=12)


def _batch_matmul(draw: Draw, point: Point) -> Sketch | None:
    first, second = point.batches
    left = (point.depth, point.rows) if point.adj_x else (point.rows, point.depth)
    right = (point.columns, point.depth) if point.adj_y else (point.depth, point.columns)
    x, shape = draw.fed(point.type, (*first, *left)), (*second, *right)
    if point.type in HYBRID:
        if len(shape) > 3 or not point.adj_y:
            return None
        y = draw.weight(HYBRID[point.type], shape, draw.scales(1, _REACH))
    else:
        y = (draw.constant if point.constant else draw.fed)(point.type, shape)
    options = {name: getattr(point, name) for name in ("adj_x", "adj_y")}
    return Sketch([x, y], [output(draw, point.type)], options, version=4)


def _embedding(draw: Draw, point: Point) -> Sketch | None:
    rows = (13, point.width)
    if point.type in PACKED and point.width % PACKED[point.type]:
        return None  # LiteRT takes every row to begin with a byte
    if point.type in HYBRID:
        table = draw.weight(HYBRID[point.type], rows, draw.scales(1, _REACH))
    else:
        table = draw.constant(point.type, rows)
    y = draw.value(point.type, of=table.tensor.quantization if point.type == "int8" else None)
    return Sketch([draw.fed("int32", (point.count,), 0, 13), table], [y], version=4)


def _matrix(draw: Draw, point: Point, *shape: int) -> Value:
    if point.type in HYBRID:
        return draw.weight(HYBRID[point.type], shape, draw.scales(1, _REACH))
    return draw.constant("float32", shape, -0.8, 0.8)


def _state(name: str, *shape: int) -> Value:
    return tensor(name, shape, is_variable=True)


def _svdf(draw: Draw, point: Point) -> Sketch:
    filters = point.units * point.rank
    inputs = [
        draw.fed("float32", (point.batch, point.depth)),
        _matrix(draw, point, filters, point.depth),
        _matrix(draw, point, filters, point.memory),
        draw.constant("float32", (point.units,)) if point.bias else None,
        _state("state", point.batch, filters * point.memory),
    ]
    options = {"rank": point.rank, "asymmetric_quantize_inputs": point.asymmetric}
    return Sketch(inputs, [draw.value("float32")], options, version=4, invocations=3)


def _recurrent(draw: Draw, point: Point, steps: tuple[int, ...]) -> list[Value]:
    return [
        draw.fed("float32", (*steps, point.depth)),
        _matrix(draw, point, point.units, point.depth),
        _matrix(draw, point, point.units, point.units),
        draw.constant("float32", (point.units,)),
        _state("state", point.batch, point.units),
    ]


def _rnn(draw: Draw, point: Point) -> Sketch:
    options = {
        "fused_activation_function": point.activation,
        "asymmetric_quantize_inputs": point.asymmetric,
    }
    inputs = _recurrent(draw, point, (point.batch,))
    return Sketch(inputs, [draw.value("float32")], options, version=3, invocations=3)


def _steps(point: Point) -> tuple[int, int]:
    return (point.time, point.batch) if point.time_major else (point.batch, point.time)


def _sequence_rnn(draw: Draw, point: Point) -> Sketch:
    options = {
        "fused_activation_function": point.activation,
        "asymmetric_quantize_inputs": point.asymmetric,
        "time_major": point.time_major,
    }
    inputs = _recurrent(draw, point, _steps(point))
    return Sketch(inputs, [draw.value("float32")], options, version=3, invocations=2)


def _lstm(draw: Draw, point: Point) -> Sketch:
    cells, outputs = point.units, point.projected or point.units
    gates = (not point.coupled, True, True, True)

    def each(make: tuple[int, ...], present: tuple[bool, ...] = gates) -> list[Value | None]:
        return [_matrix(draw, point, *make) if there else None for there in present]

    def vectors(present: tuple[bool, ...]) -> list[Value | None]:
        return [draw.constant("float32", (cells,), 0.3, 1) if there else None for there in present]

    peepholes = tuple(point.peephole and there for there in (not point.coupled, True, True))
    inputs: list[Value | None] = [
        draw.fed("float32", (*_steps(point), point.depth), -1, 1),
        *each((cells, point.depth)),
        *each((cells, outputs)),
        *each((cells,), peepholes),
        *vectors(gates),
        _matrix(draw, point, point.projected, cells) if point.projected else None,
        draw.constant("float32", (point.projected,)) if point.projected else None,
        _state("h", point.batch, outputs),
        _state("c", point.batch, cells),
        *vectors(tuple(point.norm and there for there in gates)),
    ]
    options = {
        "fused_activation_function": "TANH",
        "cell_clip": point.clip,
        "time_major": point.time_major,
        "asymmetric_quantize_inputs": point.asymmetric,
    }
    return Sketch(inputs, [draw.value("float32")], options, version=3, invocations=2)


_WEIGHTS = ("float32", "hybrid-int8")
_STATE_AXES = {
    "type": _WEIGHTS,
    "batch": (1, 2),
    "depth": (1, 5, 20),
    "units": (1, 4, 9),
    "asymmetric": (False, True),
}
_RECURRENT_AXES = {**_STATE_AXES, "activation": ("NONE", "RELU", "TANH")}
_SEQUENCE_AXES = {"time": (1, 4), "time_major": (False, True)}

FAMILIES = (
    Family(
        ("FULLY_CONNECTED",),
        {
            "type": (
                "float32",
                "hybrid-int8",
                "hybrid-int4",
                "hybrid-int2",
                "int8",
                "uint8",
                "int16",
            ),
            "batch": ((1,), (2,), (5,), (2, 3)),
            "depth": (1, 3, 16, 40),
            "units": (1, 7, 16),
            "activation": _ACTIVATIONS,
            "keep": (False, True),
            "asymmetric": (False, True),
            "bias": (True, True, False),
        },
        _fully_connected,
        cases=60,
    ),
    Family(
        ("BATCH_MATMUL",),
        {
            "type": ("float32", "hybrid-int8", "int8", "int16"),
            "batches": (((), ()), ((2,), (2,)), ((2, 3), (2, 3)), ((2, 1), (1, 3)), ((3,), (1,))),
            "rows": (1, 5),
            "columns": (1, 4),
            "depth": (1, 7, 24),
            "adj_x": (False, True),
            "adj_y": (False, True),
            "constant": (False, True),
        },
        _batch_matmul,
        cases=40,
    ),
    Family(
        ("EMBEDDING_LOOKUP",),
        {
            "type": ("float32", "hybrid-int8", "hybrid-int4", "hybrid-int2", "int8"),
            "width": (1, 8, 24),
            "count": (1, 5),
        },
        _embedding,
    ),
    Family(
        ("SVDF",),
        {**_STATE_AXES, "rank": (1, 2), "memory": (1, 6), "bias": (True, False)},
        _svdf,
        cases=24,
    ),
    Family(("RNN",), _RECURRENT_AXES, _rnn, cases=24),
    Family(
        ("UNIDIRECTIONAL_SEQUENCE_RNN",), {**_RECURRENT_AXES, **_SEQUENCE_AXES}, _sequence_rnn, 24
    ),
    Family(
        ("UNIDIRECTIONAL_SEQUENCE_LSTM",),
        {
            **_STATE_AXES,
            **_SEQUENCE_AXES,
            "projected": (0, 3),
            "coupled": (False, True),
            "peephole": (False, True),
            "norm": (False, True),
            "clip": (0.0, 0.5),
        },
        _lstm,
        cases=36,
    ),
)
