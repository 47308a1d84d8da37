"""Cases of operators that rearrange, resize or normalize images (N, H, W, C)."""

from __future__ import annotations

from types import SimpleNamespace as Point

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import Draw
from tools.conformance.shaping import same

_EITHER = (False, True)
_BLOCKS = (1, 2, 3)
_MOVED = ("float32", "int32", "int64", "int8", "uint8")
_SIZES = ((1, 1, 1), (2, 3, 4), (1, 4, 1), (3, 2, 2))


def _space_to_depth(draw: Draw, point: Point) -> Sketch:
    height, width, channels = point.size
    x = draw.fed(point.type, (point.batch, height * point.block, width * point.block, channels))
    return Sketch([x], [same(draw, point.type, x)], {"block_size": point.block})


def _depth_to_space(draw: Draw, point: Point) -> Sketch:
    height, width, channels = point.size
    x = draw.fed(point.type, (point.batch, height, width, channels * point.block**2))
    return Sketch([x], [same(draw, point.type, x)], {"block_size": point.block})


def _space_to_batch(draw: Draw, point: Point) -> Sketch:
    height, width, channels = point.size
    pad = point.pad
    wide = width * point.block + 2 * point.block
    x = draw.fed(point.type, (point.batch, height * point.block, wide - pad, channels))
    pads = draw.given([[0, 0], [pad, 0]])
    return Sketch([x, draw.given([point.block] * 2), pads], [same(draw, point.type, x)])


def _batch_to_space(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, (point.batch * point.block**2, *point.size))
    crop = min(point.pad, point.size[1] * point.block - 1)
    crops = draw.given([[0, 0], [crop, 0]])
    return Sketch([x, draw.given([point.block] * 2), crops], [same(draw, point.type, x)])


def _resize(draw: Draw, point: Point) -> Sketch | None:
    if point.corners and point.half:
        return None
    x = draw.fed(point.type, (point.batch, *point.size))
    options = {"align_corners": point.corners, "half_pixel_centers": point.half}
    return Sketch([x, draw.given(point.to)], [same(draw, point.type, x)], options, version=3)


def _local_response(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, (point.batch, *point.size))
    options = {"radius": point.radius, "bias": 1.0, "alpha": 0.5, "beta": point.beta}
    return Sketch([x], [draw.value(point.type)], options)


def _prelu(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, (point.batch, *point.size))
    shape = (1, 1, point.size[2]) if point.shared else point.size
    return Sketch([x, draw.constant(point.type, shape)], [draw.value(point.type)])


_AXES = {"batch": (1, 2), "size": _SIZES}

FAMILIES = (
    Family(("SPACE_TO_DEPTH",), {"type": _MOVED, **_AXES, "block": _BLOCKS}, _space_to_depth),
    Family(("DEPTH_TO_SPACE",), {"type": _MOVED, **_AXES, "block": _BLOCKS}, _depth_to_space),
    Family(
        ("SPACE_TO_BATCH_ND",),
        {"type": _MOVED, **_AXES, "block": _BLOCKS, "pad": (0, 1)},
        _space_to_batch,
    ),
    Family(
        ("BATCH_TO_SPACE_ND",),
        {"type": _MOVED, **_AXES, "block": _BLOCKS, "pad": (0, 1)},
        _batch_to_space,
    ),
    Family(
        ("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"),
        {
            "type": ("float32", "int8", "uint8", "int16"),
            **_AXES,
            "to": ((1, 1), (3, 5), (8, 2), (2, 3)),
            "corners": _EITHER,
            "half": _EITHER,
        },
        _resize,
        cases=24,
    ),
    Family(
        ("LOCAL_RESPONSE_NORMALIZATION",),
        {"type": ("float32",), **_AXES, "radius": (0, 1, 5), "beta": (0.5, 0.75, 1.0)},
        _local_response,
        cases=24,
    ),
    Family(
        ("PRELU",), {"type": ("float32", "int8", "uint8"), **_AXES, "shared": _EITHER}, _prelu, 16
    ),
)
