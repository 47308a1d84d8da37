"""Cases of operators that are like no other: segments, diagonals, spectra, boxes, sparse values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace as Point

import numpy as np

from kernels.model import Model
from tools.conformance.case import Family, Sketch
from tools.conformance.draw import Draw
from tools.conformance.model_builder import Operation, Value, graph, quantization
from tools.conformance.shaping import same
from tools.conformance.sparse_constant import Encoding, sparse_constant

_NUMBERS = ("float32", "int32")
_ROWS = ((1,), (6,), (4, 3), (5, 2, 3))
_MATRICES = ((1, 1), (3, 3), (2, 5), (2, 4, 3))
_SAMPLES = 8


def _segments(draw: Draw, point: Point) -> Sketch:
    rows = point.shape[0]
    x = draw.fed(point.type, point.shape, -4, 5)
    if point.operator == "SEGMENT_SUM":
        ids = np.cumsum([0, *draw.rng.integers(0, 2, rows - 1)])
        return Sketch([x, draw.given(ids)], [draw.value(point.type)])
    ids = draw.rng.integers(0, point.segments, rows)
    inputs = [x, draw.given(ids), draw.given(point.segments)]
    return Sketch(inputs, [draw.value(point.type)])


def _diagonal(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    if point.operator == "MATRIX_DIAG":
        return Sketch([x], [same(draw, point.type, x)])
    short = min(point.shape[-2:])
    diagonal = draw.fed(point.type, (*point.shape[:-2], short), of=x.tensor.quantization)
    return Sketch([x, diagonal], [same(draw, point.type, x)])


def _spectrum(draw: Draw, point: Point) -> Sketch:
    lengths = draw.given(point.lengths)
    return Sketch([draw.fed("float32", point.shape), lengths], [draw.value("complex64")])


def _complex(draw: Draw, point: Point) -> Sketch:
    return Sketch([draw.fed("complex64", point.shape)], [draw.value("float32")])


def _bits(draw: Draw, point: Point) -> Sketch:
    return Sketch([draw.fed(point.type, point.shape)], [draw.value(point.to)])


def _buckets(draw: Draw, point: Point) -> Sketch:
    options = {"boundaries": point.boundaries}
    return Sketch([draw.fed(point.type, point.shape)], [draw.value("int32")], options)


def _unique(draw: Draw, point: Point) -> Sketch:
    outputs = [draw.value(point.type), draw.value(point.index)]
    options = {"idx_out_type": point.index.upper()}
    return Sketch([draw.fed(point.type, (point.count,), -3, 4)], outputs, options)


def _reverse(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, (3, 5, 2))
    batch, along = point.axes
    lengths = draw.given(draw.rng.integers(0, x.tensor.shape[along] + 1, x.tensor.shape[batch]))
    options = {"batch_dim": batch, "seq_dim": along}
    return Sketch([x, lengths], [same(draw, point.type, x)], options)


def _sparse(draw: Draw, point: Point) -> Sketch:
    sizes = point.shape
    places = draw.rng.permutation(int(np.prod(sizes)))[: point.count]
    indices = np.stack(np.unravel_index(np.sort(places), sizes), -1)
    values = draw.fed(point.type, (len(indices),))
    inputs = [draw.given(indices), draw.given(sizes), values, draw.constant(point.type, ())]
    return Sketch(inputs, [draw.value(point.type)])


def _dense(draw: Draw, point: Point) -> Sketch:
    """Rows of a constant that is stored sparse."""
    shape, order, blocks, csr = point.stored
    x = draw.array(point.type, shape, None, None)
    values = np.where(draw.rng.random(shape) < point.fill, x, np.zeros((), x.dtype))
    values.flat[0] = 1
    weight = sparse_constant("weight", Encoding(values, order, dict(blocks), csr))
    if point.type == "int8":
        weight = Value(replace(weight.tensor, quantization=quantization(0.01)), weight.data)
    rows, made = draw.fed("int32", (4,), 0, shape[0]), replace(weight.tensor, name="made")
    dense = Value(replace(made, sparsity=None))

    def model(outputs: Sequence[Value]) -> Model:
        densify = Operation("DENSIFY", [weight], [dense])
        gather = Operation("GATHER", [dense, rows], outputs, {"axis": 0}, version=2)
        return graph([densify, gather], [rows], outputs)

    return Sketch([rows], [same(draw, point.type, dense)], model=model)


def _boxes(draw: Draw, point: Point) -> Sketch:
    soft = point.operator == "NON_MAX_SUPPRESSION_V5"
    limits = [draw.given(limit, np.float32) for limit in (point.overlap, point.score)]
    inputs = [
        draw.fed("float32", (point.count, 4), 0, 4),
        draw.fed("float32", (point.count,), 0, 1),
        draw.given(point.most),
        *limits,
    ]
    if not soft:
        return Sketch(inputs, [draw.value("int32"), draw.value("int32")])
    outputs = [draw.value(type_) for type_ in ("int32", "float32", "int32")]
    return Sketch([*inputs, draw.given(point.sigma, np.float32)], outputs)


def _fake(draw: Draw, point: Point) -> Sketch:
    low, high = point.reach
    options = {"min": low, "max": high, "num_bits": point.bits, "narrow_range": point.narrow}
    return Sketch([draw.fed("float32", point.shape)], [draw.value("float32")], options)


def _dilate(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, point.shape)
    factors = draw.given(draw.rng.integers(1, 4, len(point.shape)))
    return Sketch([x, factors, draw.constant(point.type, ())], [draw.value(point.type)])


def _window(draw: Draw, point: Point) -> Sketch:
    x = draw.fed(point.type, (4, 5), -3, 4)
    numbers = [draw.given(values, np.int64) for values in (point.window, point.stride, (1, 1))]
    start = draw.constant(point.type, (), 0, 2)
    options = {"reduce_function": point.function}
    return Sketch([x, start, *numbers], [draw.value(point.type)], options)


def _random(draw: Draw, point: Point) -> Sketch:
    options = {"seed": point.seed, "seed2": point.seed + 1}
    if point.operator == "MULTINOMIAL":
        logits = draw.fed("float32", (point.sizes[0], 5))
        return Sketch([logits, draw.given(_SAMPLES)], [draw.value("int64")], options)
    return Sketch([draw.given(point.sizes)], [draw.value("float32")], options)


_SEGMENTS = "UNSORTED_SEGMENT_MAX UNSORTED_SEGMENT_MIN UNSORTED_SEGMENT_PROD UNSORTED_SEGMENT_SUM"

FAMILIES = (
    Family(
        ("SEGMENT_SUM", *_SEGMENTS.split()),
        {"type": _NUMBERS, "shape": _ROWS, "segments": (1, 4)},
        _segments,
    ),
    Family(
        ("MATRIX_DIAG", "MATRIX_SET_DIAG"),
        {
            "type": ("float32", "int32", "uint32", "int64", "int8", "uint8", "int16"),
            "shape": _MATRICES,
        },
        _diagonal,
    ),
    Family(
        ("RFFT2D",),
        {"type": ("float32",), "shape": ((8, 8), (1, 16), (2, 4, 8)), "lengths": ((4, 8), (1, 16))},
        _spectrum,
    ),
    Family(("COMPLEX_ABS", "REAL", "IMAG"), {"type": ("complex64",), "shape": _ROWS}, _complex),
    Family(
        ("BITCAST",),
        {"type": _NUMBERS, "to": ("float32", "int32", "uint32"), "shape": _ROWS},
        _bits,
    ),
    Family(
        ("BUCKETIZE",),
        {"type": ("float32", "int32"), "shape": _ROWS, "boundaries": ((0.0,), (-1.0, 0.5, 2.0))},
        _buckets,
    ),
    Family(
        ("UNIQUE",),
        {"type": ("float32", "int32", "int64"), "count": (1, 9), "index": ("int32", "int64")},
        _unique,
    ),
    Family(
        ("REVERSE_SEQUENCE",),
        {"type": ("float32", "int32", "int64"), "axes": ((0, 1), (1, 0), (2, 1), (0, 2))},
        _reverse,
    ),
    Family(
        ("SPARSE_TO_DENSE",),
        {
            "type": ("float32", "int32", "int64"),
            "shape": ((7,), (3, 4), (2, 3, 4)),
            "count": (1, 4),
        },
        _sparse,
    ),
    Family(
        ("DENSIFY",),
        {
            "type": ("float32", "float16", "int8"),
            "stored": (
                ((3, 5), (0, 1), (), (1,)),
                ((3, 5), (1, 0), (), (1,)),
                ((4, 8), (0, 1, 2), ((1, 4),), (1,)),
                ((4, 8), (0, 1, 2, 3), ((0, 2), (1, 4)), (1,)),
                ((2, 3, 4, 3), (0, 1, 2, 3), (), (1, 3)),
            ),
            "fill": (0.0, 0.4, 1.0),
        },
        _dense,
    ),
    Family(
        ("NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5"),
        {
            "type": ("float32",),
            "count": (1, 6, 30),
            "most": (1, 4, 10),
            "overlap": (0.1, 0.5),
            "score": (0.0, 0.4),
            "sigma": (0.0, 0.5),
        },
        _boxes,
        cases=24,
    ),
    Family(
        ("FAKE_QUANT",),
        {
            "type": ("float32",),
            "shape": _ROWS,
            "reach": ((-1.0, 1.0), (0.0, 6.0), (-0.3, 2.9)),
            "bits": (4, 8, 16),
            "narrow": (False, True),
        },
        _fake,
        cases=24,
    ),
    Family(("DILATE",), {"type": ("float32", "int32", "int64", "int8"), "shape": _ROWS}, _dilate),
    Family(
        ("REDUCE_WINDOW",),
        {
            "type": _NUMBERS,
            "window": ((1, 1), (2, 3), (4, 5)),
            "stride": ((1, 1), (2, 1)),
            "function": ("ADD", "MUL", "MINIMUM", "MAXIMUM"),
        },
        _window,
        cases=24,
    ),
    Family(
        ("RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL", "MULTINOMIAL"),
        {"type": ("float32",), "seed": (1, 42), "sizes": ((1,), (3, 5), (2, 70))},
        _random,
    ),
)
