"""Cases of operators of one tensor: functions of each element, and of the last axis."""

from __future__ import annotations

from types import SimpleNamespace as Point

import numpy as np

from kernels.model import Quantization
from tools.conformance.case import Family, Sketch
from tools.conformance.draw import QUANTIZED, Draw
from tools.conformance.model_builder import quantization

SHAPES = (
    (),
    (1,),
    (7,),
    (0, 3),
    (2, 3),
    (3, 33),
    (1, 130),
    (2, 1, 4),
    (1, 4, 4, 3),
    (2, 3, 4, 5),
    (3, 1, 1, 17),
    (2, 5, 1, 8),
    (1, 2, 2, 3, 4),
)
_ROWS = SHAPES[1:-1]
_FLOAT = ("float32",)
_PACKED = ("int4", "int2")
_PACKED_SHAPES = ((8,), (4, 3), (3, 33), (1, 4, 4, 3))
_INTEGERS = ("int8", "uint8", "int16")
_MEASURED = ("float32", "string")

_OUTPUT = {
    ("LOGISTIC", "int8"): (1 / 256, -128),
    ("LOGISTIC", "uint8"): (1 / 256, 0),
    ("LOGISTIC", "int16"): (1 / 32768, 0),
    ("TANH", "int8"): (1 / 128, 0),
    ("TANH", "uint8"): (1 / 128, 128),
    ("TANH", "int16"): (1 / 32768, 0),
    ("SOFTMAX", "int8"): (1 / 256, -128),
    ("SOFTMAX", "uint8"): (1 / 256, 0),
    ("SOFTMAX", "int16"): (1 / 32768, 0),
    ("LOG_SOFTMAX", "int8"): (16 / 256, 127),
    ("LOG_SOFTMAX", "uint8"): (16 / 256, 255),
    ("L2_NORMALIZATION", "int8"): (1 / 128, 0),
    ("L2_NORMALIZATION", "uint8"): (1 / 128, 128),
}
"""Scale and zero point that LiteRT's kernel insists on."""
_INPUT = {("EXP", "int16"): np.float32(1 / 4096), ("NEG", "int8"): np.float32(1 / 16)}
"""The scale where others overflow, LiteRT then converts infinity to an integer; and no zero point,
which LiteRT negates with the rest."""
_LEAST = {("SQRT", "int16"): 0, ("RSQRT", "int16"): 0, ("NEG", "int8"): -127}
"""Below these codes LiteRT errs; of -128 its NEG makes -128."""
_POSITIVE = {"LOG": (1e-3, 30.0), "SQRT": (0.0, 40.0), "RSQRT": (1e-2, 40.0)}
_LOWEST = {"int8": -128, "uint8": 0, "int16": 0}
_POSITIVE_SCALE = np.float32(1 / 16)
_ONE_SCALE = ("ZEROS_LIKE", "NEG")
_FIRST_VERSION = ("ELU", "HARD_SWISH", "NEG", "RELU_0_TO_1", "RELU_N1_TO_1")
"""Operators that take integers in their first version."""
_OPTIONS = {
    "SOFTMAX": ("beta", (1.0, 0.5, 2.0)),
    "LEAKY_RELU": ("alpha", (0.1, 0.3, 1.5, -0.5)),
    "GELU": ("approximate", (False, True)),
}


def _output(point: Point, x: Quantization | None) -> Quantization | None:
    if (point.operator, point.type) in _OUTPUT:
        return quantization(*_OUTPUT[point.operator, point.type])
    return x if point.operator in _ONE_SCALE else None


def _sketch(draw: Draw, point: Point) -> Sketch:
    low, high = _POSITIVE.get(point.operator, (None, None))
    positive = low is not None and point.type in QUANTIZED
    of = quantization(_POSITIVE_SCALE, _LOWEST[point.type]) if positive else None
    if (point.operator, point.type) in _INPUT:
        of = quantization(_INPUT[point.operator, point.type])
    least = _LEAST.get((point.operator, point.type))
    x = draw.fed(point.type, point.shape, low, high, of, least)
    name, choices = _OPTIONS.get(point.operator, ("", ()))
    options = {name: choices[int(draw.rng.integers(len(choices)))]} if name else None
    y = draw.value(point.type, of=_output(point, x.tensor.quantization))
    first = point.type not in QUANTIZED or point.operator in _FIRST_VERSION
    return Sketch([x], [y], options, version=1 if first else 2)


def _family(operators: str, types: tuple[str, ...], rows: bool = False) -> Family:
    axes = {"type": types, "shape": _ROWS if rows else SHAPES}
    return Family(tuple(operators.split()), axes, _sketch)


def _quantize(draw: Draw, point: Point) -> Sketch:
    return Sketch([draw.fed("float32", point.shape)], [draw.value(point.type)])


def _dequantize(draw: Draw, point: Point) -> Sketch:
    return Sketch([draw.fed(point.type, point.shape)], [draw.value("float32")], version=2)


def _quantize_packed(draw: Draw, point: Point) -> Sketch:
    of = quantization(0.5, int(draw.rng.integers(0, 4)))
    return Sketch([draw.fed("float32", point.shape)], [draw.value(point.type, of=of)])


def _dequantize_packed(draw: Draw, point: Point) -> Sketch:
    scale = draw.scales(point.shape[0], 0.1) if point.channels else 0.1
    weight = draw.weight(point.type.upper(), point.shape, scale)
    return Sketch([weight], [draw.value("float32")], version=6)


def _cast_packed(draw: Draw, point: Point) -> Sketch:
    return Sketch([draw.weight(point.type.upper(), point.shape, 1)], [draw.value("float32")])


def _requantize(draw: Draw, point: Point) -> Sketch:
    """QUANTIZE between integer types or scales."""
    return Sketch([draw.fed(point.type, point.shape)], [draw.value(point.to)], version=2)


def _cast(draw: Draw, point: Point) -> Sketch | None:
    if point.to == point.type:
        return None
    return Sketch([draw.fed(point.type, point.shape, -40, 40)], [draw.value(point.to)])


def _shape(draw: Draw, point: Point) -> Sketch:
    options = {"out_type": "INT64" if point.wide else "INT32"}
    y = draw.value("int64" if point.wide else "int32")
    return Sketch([draw.fed(point.type, point.shape)], [y], options)


def _rank(draw: Draw, point: Point) -> Sketch:
    return Sketch([draw.fed(point.type, point.shape)], [draw.value("int32")])


FAMILIES = (
    _family("ABS", ("float32", "int32", "int8", "int16")),
    _family("CEIL FLOOR ROUND SIN COS SQUARE ELU GELU SIGN", _FLOAT),
    _family("SIGN", ("int32",)),
    _family("ELU GELU", ("int8",)),
    _family("ABS", ("plain-int16",)),
    _family("NEG", ("plain-int8", "plain-int16")),
    _family("NEG", ("float32", "int32", "int64", "int8")),
    _family("SQRT RSQRT EXP", ("float32", "int8", "int16")),
    _family("LOG", ("float32", "int8", "int16")),
    _family("LOGICAL_NOT", ("bool",)),
    _family("RELU RELU6 RELU_N1_TO_1 RELU_0_TO_1", ("float32", *_INTEGERS)),
    _family("HARD_SWISH", ("float32", "int8", "uint8")),
    _family("LOGISTIC TANH LEAKY_RELU", ("float32", *_INTEGERS)),
    _family("SOFTMAX", ("float32", *_INTEGERS), rows=True),
    _family("LOG_SOFTMAX L2_NORMALIZATION", ("float32", "int8", "uint8"), rows=True),
    _family("ZEROS_LIKE", ("float32", "int32", "int64")),
    Family(("QUANTIZE",), {"type": _INTEGERS, "shape": SHAPES}, _quantize),
    Family(("DEQUANTIZE",), {"type": (*_INTEGERS, "float16"), "shape": SHAPES}, _dequantize),
    Family(("QUANTIZE",), {"type": ("int4", "uint4"), "shape": SHAPES}, _quantize_packed),
    Family(
        ("DEQUANTIZE",),
        {"type": _PACKED, "shape": _PACKED_SHAPES, "channels": (False, True)},
        _dequantize_packed,
    ),
    Family(("CAST",), {"type": _PACKED, "shape": _PACKED_SHAPES}, _cast_packed),
    Family(("CAST",), {"type": _FLOAT, "to": (*_PACKED, "uint4"), "shape": SHAPES}, _cast),
    Family(("QUANTIZE",), {"type": _INTEGERS, "to": _INTEGERS, "shape": SHAPES}, _requantize),
    Family(
        ("CAST",),
        {
            "type": ("float32", "int32", "int64", "bool"),
            "to": ("float32", "int32", "int64", "int16", "bool"),
            "shape": SHAPES,
        },
        _cast,
    ),
    Family(("SHAPE",), {"type": _MEASURED, "wide": (False, True), "shape": SHAPES}, _shape),
    Family(("RANK",), {"type": _MEASURED, "shape": SHAPES}, _rank),
)
