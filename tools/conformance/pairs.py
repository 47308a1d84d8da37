"""Cases of operators of two tensors that broadcast."""

from __future__ import annotations

from types import SimpleNamespace as Point

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import QUANTIZED, Draw
from tools.conformance.elementwise import SHAPES

_SHAPES = (
    ((), ()),
    ((1,), (1,)),
    ((9,), ()),
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((1, 4, 4, 3), (1, 4, 4, 3)),
    ((1, 4, 4, 3), (3,)),
    ((2, 4, 1, 3), (1, 4, 5, 1)),
    ((3, 1), (1, 17)),
    ((2, 37), (2, 37)),
    ((0, 3), (1, 3)),
    ((1, 1, 1, 8), (2, 3, 3, 8)),
)
_ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")
_NUMBERS = ("float32", "int32", "int64")
_INTEGERS = ("int8", "uint8", "int16")
_DIVIDES = ("DIV", "FLOOR_DIV", "FLOOR_MOD")
_ONE_SCALE = ("MAXIMUM", "MINIMUM")
_ORDERED = ("LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL")
"""LiteRT compares int16 as they are, whatever their scales."""
_BOOLEAN = ("EQUAL", "NOT_EQUAL", *_ORDERED, "LOGICAL_AND", "LOGICAL_OR")


def _sketch(draw: Draw, point: Point) -> Sketch:
    first, second = point.shapes[:: -1 if point.swap else 1]
    low, high = (1, 40) if point.operator in _DIVIDES else (None, None)
    scale = draw.quantization(point.type) if point.type in QUANTIZED else None
    one = point.operator in _ONE_SCALE or (point.operator in _ORDERED and point.type == "int16")
    of = scale if one else None
    x = draw.fed(point.type, first, of=of)
    constant = point.second == "constant" and 0 not in second
    y = (draw.constant if constant else draw.fed)(point.type, second, low, high, of)
    bits = point.operator == "BITWISE_XOR"
    made = "bool" if point.operator in _BOOLEAN else point.type
    options = {"fused_activation_function": point.activation} if point.activation else None
    return Sketch(
        [x, y],
        [draw.value(made, of=None if made == "bool" else of)],
        options,
        version=2 if scale and not bits else 1,
    )


def _power(draw: Draw, point: Point) -> Sketch:
    first, second = point.shapes
    x = draw.fed(point.type, first, *((0.1, 4) if point.type == "float32" else (1, 6)))
    y = draw.fed(point.type, second, *((-3, 3) if point.type == "float32" else (0, 5)))
    return Sketch([x, y], [draw.value(point.type)])


def _shift(draw: Draw, point: Point) -> Sketch:
    first, second = point.shapes
    y = draw.fed(point.type, second, 0, 8)
    return Sketch([draw.fed(point.type, first), y], [draw.value(point.type)])


def _angle(draw: Draw, point: Point) -> Sketch:
    inputs = [draw.fed(point.type, point.shape), draw.fed(point.type, point.shape)]
    return Sketch(inputs, [draw.value(point.type)])


def _family(operators: str, types: tuple[str, ...], activations: bool = False) -> Family:
    axes = {
        "type": types,
        "shapes": _SHAPES,
        "swap": (False, True),
        "second": ("fed", "constant"),
        "activation": _ACTIVATIONS if activations else ("",),
    }
    return Family(tuple(operators.split()), axes, _sketch, cases=24 if activations else 16)


def _sum(draw: Draw, point: Point) -> Sketch:
    x = [draw.fed(point.type, point.shape) for _ in range(point.count)]
    return Sketch(x, [draw.value(point.type)])


FAMILIES = (
    _family("ADD SUB MUL", (*_NUMBERS, *_INTEGERS), activations=True),
    _family("ADD MUL", ("plain-int16",), activations=True),
    _family("DIV", ("float32", "int32"), activations=True),
    _family("MAXIMUM MINIMUM", (*_NUMBERS, *_INTEGERS)),
    _family("SQUARED_DIFFERENCE", ("float32", "int32", "int8")),
    _family("FLOOR_DIV FLOOR_MOD", _NUMBERS),
    _family("EQUAL NOT_EQUAL", (*_NUMBERS, *_INTEGERS, "bool", "string")),
    _family(" ".join(_ORDERED), (*_NUMBERS, *_INTEGERS)),
    _family("LOGICAL_AND LOGICAL_OR", ("bool",)),
    Family(("ATAN2",), {"type": ("float32",), "shape": SHAPES}, _angle),
    _family("BITWISE_XOR", ("int8", "int32")),
    Family(("POW",), {"type": ("float32", "int32"), "shapes": _SHAPES}, _power),
    Family(("RIGHT_SHIFT",), {"type": ("int8", "int32"), "shapes": _SHAPES}, _shift),
    Family(
        ("ADD_N",),
        {
            "type": ("float32", "int32"),
            "count": (2, 3, 5),
            "shape": ((), (7,), (2, 3), (1, 4, 4, 3)),
        },
        _sum,
    ),
)
