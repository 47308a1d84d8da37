"""Cases of weights with a scale for every block of values."""

from __future__ import annotations

from types import SimpleNamespace as Point

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import Draw

_ELEMENTS = {"blockwise-int4": "INT4", "blockwise-int2": "INT2"}
_ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")
_SIZES = {"size": (32, 64, 96, 128, 256), "blocks": (1, 2, 5)}


def _fully_connected(draw: Draw, point: Point) -> Sketch:
    depth = point.size * point.blocks
    x = draw.fed("float32", (*point.batch, depth))
    shape = (point.units, depth)
    weight = draw.blockwise(_ELEMENTS[point.type], shape, point.size, point.spread)
    bias = draw.constant("float32", (point.units,)) if point.bias else None
    options = {
        "fused_activation_function": point.activation,
        "keep_num_dims": point.keep,
        "asymmetric_quantize_inputs": point.asymmetric,
    }
    return Sketch([x, weight, bias], [draw.value("float32")], options, version=13)


def _embedding(draw: Draw, point: Point) -> Sketch:
    shape = (13, point.size * point.blocks)
    table = draw.blockwise(_ELEMENTS[point.type], shape, point.size, point.spread)
    ids = draw.fed("int32", (point.count,), 0, 13)
    return Sketch([ids, table], [draw.value(point.real)], version=4)


FAMILIES = (
    Family(
        ("FULLY_CONNECTED",),
        {
            "type": ("blockwise-int4",),
            **_SIZES,
            "spread": (0.3, 2.0),
            "batch": ((1,), (2,), (7,), (2, 3)),
            "units": (1, 7, 16, 40),
            "activation": _ACTIVATIONS,
            "keep": (False, True),
            "asymmetric": (False, True),
            "bias": (True, True, False),
        },
        _fully_connected,
        cases=60,
    ),
    Family(
        ("EMBEDDING_LOOKUP",),
        {
            "type": ("blockwise-int4", "blockwise-int2"),
            **_SIZES,
            "spread": (0.3, 2.0),
            "count": (1, 5),
            "real": ("float32", "float16"),
        },
        _embedding,
        cases=24,
    ),
)
