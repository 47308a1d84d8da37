"""Cases of operators that choose, look up or make elements by index, and of reductions."""

from __future__ import annotations

from types import SimpleNamespace as Point

import numpy as np

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import QUANTIZED, Draw
from tools.conformance.model_builder import Value
from tools.conformance.shaping import same

_SHAPES = ((1,), (9,), (2, 3), (3, 4, 5), (1, 1, 1, 3), (2, 4, 4, 3), (1, 7, 7, 33))
_NUMBERS = ("float32", "int32", "int64")
_INTEGERS = ("int8", "uint8", "int16")
_MOVED = (*_NUMBERS, *_INTEGERS, "bool")
_GATHERED = (*_MOVED, "string")
_EITHER = (False, True)


def _index(draw: Draw, point: Point, shape: tuple[int, ...], below: int) -> Value:
    return draw.fed(point.index, shape, 0, below)


def _gather(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    axis = int(draw.rng.integers(len(point.shape)))
    index = _index(draw, point, point.indices, point.shape[axis])
    return Sketch([x, index], [same(draw, point.type, x)], {"axis": axis}, version=2)


def _gather_nd(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    depth = int(draw.rng.integers(1, len(point.shape) + 1))
    index = _index(draw, point, (*point.indices, depth), min(point.shape))
    return Sketch([x, index], [same(draw, point.type, x)], version=2)


def _scatter_nd(draw: Draw, point: Point) -> Sketch:
    depth = int(draw.rng.integers(1, len(point.shape) + 1))
    index = draw.fed("int32", (*point.indices, depth), 0, min(point.shape))
    update = draw.fed(point.type, (*point.indices, *point.shape[depth:]))
    return Sketch([index, update, draw.given(point.shape)], [same(draw, point.type, update)])


def _select(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    y = draw.fed(point.type, point.shape, of=x.tensor.quantization)
    rows = point.rows and point.operator == "SELECT"
    condition = draw.fed("bool", point.shape[:1] if rows else point.shape)
    return Sketch([condition, x, y], [same(draw, point.type, x)])


def _where(draw: Draw, point: Point) -> Sketch:
    return Sketch([draw.fed(point.type, point.shape)], [draw.value("int64")])


def _one_hot(draw: Draw, point: Point) -> Sketch:
    index = draw.fed("int32", point.shape, -1, 6)
    on, off = (draw.constant(point.type, (), low, low + 2) for low in (3, -3))
    inputs = [index, draw.given(point.depth), on, off]
    return Sketch(inputs, [draw.value(point.type)], {"axis": point.axis})


def _fill(draw: Draw, point: Point) -> Sketch:
    return Sketch([draw.given(point.shape), draw.fed(point.type, ())], [draw.value(point.type)])


def _range(draw: Draw, point: Point) -> Sketch:
    dtype = np.dtype(point.type)
    bounds = [draw.given(value, dtype) for value in point.bounds]
    return Sketch(bounds, [draw.value(point.type)])


def _arg(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    axis = draw.given(int(draw.rng.integers(-len(point.shape), len(point.shape))))
    return Sketch([x, axis], [draw.value(point.index)], {"output_type": point.index.upper()})


def _top(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    k = draw.given(int(draw.rng.integers(1, point.shape[-1] + 1)))
    return Sketch([x, k], [same(draw, point.type, x), draw.value("int32")])


def _cumsum(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    axis = draw.given(int(draw.rng.integers(len(point.shape))))
    options = {"exclusive": point.exclusive, "reverse": point.reverse}
    return Sketch([x, axis], [draw.value(point.type)], options)


def _reduce(draw: Draw, point: Point) -> Sketch:
    rank = len(point.shape)
    count = min(point.axes, rank)
    axes = draw.given(draw.rng.permutation(rank)[:count])
    reach = (-2, 3) if point.operator == "REDUCE_PROD" else (None, None)
    x = draw.fed(point.type, point.shape, *reach)
    kept = point.operator in ("REDUCE_MAX", "REDUCE_MIN")
    y = same(draw, point.type, x) if kept else draw.value(point.type)
    return Sketch(
        [x, axes], [y], {"keep_dims": point.keep}, version=2 if point.type in QUANTIZED else 1
    )


def _reductions(operators: str, types: tuple[str, ...]) -> Family:
    axes = {"type": types, "shape": _SHAPES, "axes": (1, 2, 4), "keep": _EITHER}
    return Family(tuple(operators.split()), axes, _reduce, cases=16)


_LOOKED_UP = {"index": ("int32", "int64"), "indices": ((1,), (4,), (2, 3))}

FAMILIES = (
    _reductions("MEAN SUM REDUCE_MAX REDUCE_MIN", (*_NUMBERS, *_INTEGERS)),
    _reductions("REDUCE_PROD", _NUMBERS),
    _reductions("REDUCE_ANY REDUCE_ALL", ("bool",)),
    _reductions("SUM REDUCE_PROD REDUCE_MAX REDUCE_MIN", ("bool",)),
    Family(("GATHER",), {"type": _GATHERED, "shape": _SHAPES, **_LOOKED_UP}, _gather),
    Family(("GATHER_ND",), {"type": _GATHERED, "shape": _SHAPES, **_LOOKED_UP}, _gather_nd),
    Family(
        ("SCATTER_ND",),
        {"type": ("float32", "int32", "int64"), "shape": _SHAPES, "indices": ((1,), (4,))},
        _scatter_nd,
    ),
    Family(
        ("SELECT", "SELECT_V2"), {"type": _MOVED, "shape": _SHAPES, "rows": _EITHER}, _select, 8
    ),
    Family(("WHERE",), {"type": ("bool", "float32", "int32"), "shape": _SHAPES}, _where),
    Family(
        ("ONE_HOT",),
        {
            "type": ("float32", "int32", "int64", "bool"),
            "shape": _SHAPES[:4],
            "depth": (1, 5),
            "axis": (-1, 0),
        },
        _one_hot,
    ),
    Family(("FILL",), {"type": ("float32", "int32", "int64", "bool"), "shape": _SHAPES}, _fill),
    Family(
        ("RANGE",),
        {"type": _NUMBERS, "bounds": ((0, 5, 1), (3, 3, 1), (10, -3, -4), (-7, 8, 3), (0, 1, 5))},
        _range,
    ),
    Family(
        ("ARG_MAX", "ARG_MIN"),
        {
            "type": ("float32", "int32", "int8", "uint8", "bool"),
            "shape": _SHAPES,
            "index": ("int32", "int64"),
        },
        _arg,
    ),
    Family(("TOPK_V2",), {"type": (*_NUMBERS, "int8", "uint8"), "shape": _SHAPES}, _top),
    Family(
        ("CUMSUM",),
        {"type": _NUMBERS, "shape": _SHAPES, "exclusive": _EITHER, "reverse": _EITHER},
        _cumsum,
    ),
)
