"""Cases of operators that move elements about: their shape changes and their values do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from types import SimpleNamespace as Point
from typing import Any

import numpy as np

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import Draw
from tools.conformance.model_builder import Value

_SHAPES = (
    (1,),
    (6,),
    (2, 3),
    (0, 3),
    (1, 4, 2),
    (3, 4, 5),
    (1, 2, 1, 3),
    (2, 4, 4, 3),
    (1, 2, 2, 2, 3),
)
_TYPES = ("float32", "int32", "int64", "bool", "int8", "uint8", "int16")
_MOVED = ("float32", "int32", "int64", "int8", "uint8", "int16")
_WITH_TEXT = (*_TYPES, "string")


def same(draw: Draw, type_: str, x: Value) -> Value:
    """An output of the scale of x."""
    return draw.value(type_, of=x.tensor.quantization)


def _axis(draw: Draw, rank: int) -> int:
    return int(draw.rng.integers(-rank, rank))


def _reshape(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    shape = [prod(point.shape), 1] if point.flat else list(point.shape[::-1])
    if point.free and prod(point.shape):
        shape[0] = -1
    return Sketch([x, draw.given(shape)], [same(draw, point.type, x)], {"new_shape": shape})


def _squeeze(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    ones = [axis for axis, size in enumerate(point.shape) if size == 1]
    options = {"squeeze_dims": ones[:1]} if point.named else {}
    return Sketch([x], [same(draw, point.type, x)], options)


def _expand(draw: Draw, point: Point) -> Sketch:
    x, rank = draw.fed(point.type, point.shape), len(point.shape)
    axis = int(draw.rng.integers(-rank - 1, rank + 1))
    return Sketch([x, draw.given(axis)], [same(draw, point.type, x)])


def _transpose(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    order = draw.given(draw.rng.permutation(len(point.shape)))
    return Sketch([x, order], [same(draw, point.type, x)], version=2)


def _reverse(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    axis = draw.given([int(draw.rng.integers(len(point.shape)))])
    return Sketch([x, axis], [same(draw, point.type, x)])


def _pads(draw: Draw, rank: int, most: int) -> list[list[int]]:
    return [[int(n) for n in draw.rng.integers(0, most + 1, 2)] for _ in range(rank)]


def _pad(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    inputs = [x, draw.given(_pads(draw, len(point.shape), point.most))]
    if point.operator == "PADV2":
        inputs.append(draw.constant(point.type, (), -9, 9, x.tensor.quantization))
    return Sketch(inputs, [same(draw, point.type, x)], version=2)


def _mirror(draw: Draw, point: Point) -> Sketch | None:
    short = min(point.shape) - (point.mode == "REFLECT")
    if short < 0:
        return None
    x = draw.fed(point.type, point.shape)
    pads = draw.given(_pads(draw, len(point.shape), min(short, point.most)))
    return Sketch([x, pads], [same(draw, point.type, x)], {"mode": point.mode})


def _slice(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    begin = [int(draw.rng.integers(size + 1)) for size in point.shape]
    size = [int(draw.rng.integers(n - b + 1)) for n, b in zip(point.shape, begin, strict=True)]
    if point.rest:
        size[-1] = -1
    return Sketch([x, draw.given(begin), draw.given(size)], [same(draw, point.type, x)], version=2)


def _strided(draw: Draw, point: Point) -> Sketch:
    x, rank = draw.fed(point.type, point.shape), len(point.shape)
    begin = draw.rng.integers(-3, 4, rank)
    end = draw.rng.integers(-3, 6, rank)
    strides = draw.rng.choice([1, 1, 2, -1], rank)
    options = {
        "begin_mask": int(draw.rng.integers(1 << rank)),
        "end_mask": int(draw.rng.integers(1 << rank)),
    }
    bounds = [draw.given(values) for values in (begin, end, strides)]
    return Sketch([x, *bounds], [same(draw, point.type, x)], options, version=2)


def _split(draw: Draw, point: Point) -> Sketch | None:
    axis = _axis(draw, len(point.shape))
    if not point.shape[axis] or point.shape[axis] % point.count:
        return None
    x = draw.fed(point.type, point.shape)
    made = [same(draw, point.type, x) for _ in range(point.count)]
    return Sketch([draw.given(axis), x], made, {"num_splits": point.count}, version=2)


def _split_v(draw: Draw, point: Point) -> Sketch | None:
    axis = _axis(draw, len(point.shape))
    if point.shape[axis] < point.count:
        return None
    sizes = [1] * (point.count - 1) + [point.shape[axis] - point.count + 1]
    if point.free:
        sizes[-1] = -1
    x = draw.fed(point.type, point.shape)
    made = [same(draw, point.type, x) for _ in range(point.count)]
    return Sketch([x, draw.given(sizes), draw.given(axis)], made, {"num_splits": point.count})


def _pack(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    more = [
        draw.fed(point.type, point.shape, of=x.tensor.quantization) for _ in range(1, point.count)
    ]
    options = {"values_count": point.count, "axis": _axis(draw, len(point.shape) + 1)}
    return Sketch([x, *more], [same(draw, point.type, x)], options)


def _unpack(draw: Draw, point: Point) -> Sketch | None:
    axis = _axis(draw, len(point.shape))
    count = point.shape[axis]
    if not count:
        return None
    x = draw.fed(point.type, point.shape)
    made = [same(draw, point.type, x) for _ in range(count)]
    return Sketch([x], made, {"num": count, "axis": axis})


def _concatenate(draw: Draw, point: Point) -> Sketch:
    axis = _axis(draw, len(point.shape))
    x = draw.fed(point.type, point.shape)
    parts = [x]
    for extra in range(1, point.count):
        longer = list(point.shape)
        longer[axis] += extra
        of = None if point.rescaled else x.tensor.quantization
        parts.append(draw.fed(point.type, tuple(longer), of=of))
    options = {"axis": axis}
    return Sketch(parts, [same(draw, point.type, x)], options, version=2)


def _tile(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    times = draw.given(draw.rng.integers(1, 4, len(point.shape)))
    return Sketch([x, times], [same(draw, point.type, x)], version=2)


def _broadcast(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    grown = [int(draw.rng.integers(1, 4)) if size == 1 else size for size in point.shape]
    shape = draw.given([2, *grown] if point.lead else grown)
    return Sketch([x, shape], [same(draw, point.type, x)], version=2)


def _broadcast_args(draw: Draw, point: Point) -> Sketch:
    """A shape, and its end with ones in places."""
    kept = point.shape[int(draw.rng.integers(len(point.shape))) :]
    other = [size if draw.rng.integers(2) else 1 for size in kept]
    shapes = [draw.given(shape, np.dtype(point.type)) for shape in (point.shape, other)]
    return Sketch(shapes[:: -1 if point.swap else 1], [draw.value(point.type)])


def _update(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    part = tuple(int(draw.rng.integers(1, size + 1)) if size else 0 for size in point.shape)
    update = draw.fed(point.type, part, of=x.tensor.quantization)
    start = draw.given(draw.rng.integers(-1, 3, len(point.shape)))
    return Sketch([x, update, start], [same(draw, point.type, x)])


def _family(
    operators: str,
    sketch: Callable[[Draw, Point], Sketch | None],
    types: tuple[str, ...] = _TYPES,
    **axes: Sequence[Any],
) -> Family:
    named = {"type": types, "shape": _SHAPES, **axes}
    return Family(tuple(operators.split()), named, sketch, cases=8)


_EITHER = (False, True)

FAMILIES = (
    _family("RESHAPE", _reshape, _WITH_TEXT, flat=_EITHER, free=_EITHER),
    _family("SQUEEZE", _squeeze, _WITH_TEXT, named=_EITHER),
    _family("EXPAND_DIMS", _expand, _WITH_TEXT, again=(1, 2)),
    _family("TRANSPOSE", _transpose, again=(1, 2)),
    _family("REVERSE_V2", _reverse),
    _family("PAD PADV2", _pad, _MOVED, most=(0, 1, 3)),
    _family("MIRROR_PAD", _mirror, _MOVED, most=(1, 3), mode=("REFLECT", "SYMMETRIC")),
    _family("SLICE", _slice, _WITH_TEXT, rest=_EITHER, again=(1, 2)),
    _family("STRIDED_SLICE", _strided, _WITH_TEXT, again=(1, 2, 3)),
    _family("SPLIT", _split, _MOVED, count=(1, 2, 3)),
    _family("SPLIT_V", _split_v, _MOVED, count=(1, 2, 3), free=_EITHER),
    _family("PACK", _pack, _MOVED, count=(1, 3)),
    _family("UNPACK", _unpack, again=(1, 2)),
    _family("CONCATENATION", _concatenate, count=(1, 2, 4), rescaled=_EITHER),
    _family("TILE", _tile, _WITH_TEXT),
    _family("BROADCAST_TO", _broadcast, lead=_EITHER),
    _family("BROADCAST_ARGS", _broadcast_args, ("int32", "int64"), swap=_EITHER),
    _family("DYNAMIC_UPDATE_SLICE", _update, ("float32", "int32", "int64", "int8", "bool")),
)
