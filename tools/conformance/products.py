"""Cases of operators that multiply matrices or look rows up."""

from __future__ import annotations

from types import SimpleNamespace as Point

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import HYBRID, PACKED, Draw
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
)
