"""Cases of operators that take text or sparse features."""

from __future__ import annotations

from types import SimpleNamespace as Point

import numpy as np

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import Draw

_ROWS, _KEYS = 6, 5
_EITHER = (False, True)


def _sparse_lookup(draw: Draw, point: Point) -> Sketch:
    """Ids at sorted places of a sparse matrix of ``point.shape``."""
    places = np.sort(draw.rng.permutation(int(np.prod(point.shape)))[: point.count])
    indices = np.stack(np.unravel_index(places, point.shape), -1)
    inputs = [
        draw.fed("int32", (len(places),), 0, _ROWS),
        draw.given(indices),
        draw.given(point.shape),
        draw.fed("float32", (len(places),), 0.1, 2),
        draw.constant("float32", (_ROWS, *point.inner)),
    ]
    return Sketch(inputs, [draw.value("float32")], {"combiner": point.combiner})


def _table(draw: Draw, point: Point) -> Sketch:
    keys = np.sort(draw.rng.permutation(2 * _KEYS)[:_KEYS]) - _KEYS
    inner = () if point.type == "string" else point.inner
    inputs = [
        draw.fed("int32", (point.count,), -_KEYS, _KEYS),
        draw.given(keys),
        draw.constant(point.type, (_KEYS, *inner)),
    ]
    return Sketch(inputs, [draw.value(point.type), draw.value("uint8")])


def _hashes(draw: Draw, point: Point) -> Sketch:
    seeds = draw.constant("float32", point.functions)
    x = draw.fed(point.type, point.shape)
    weights = [draw.fed("float32", point.shape[:1], 0, 2)] if point.weighted else []
    return Sketch([seeds, x, *weights], [draw.value("int32")], {"type": point.kind})


def _grams(draw: Draw, point: Point) -> Sketch:
    words = ["".join(draw.rng.choice(list("abc"), 2)) for _ in range(point.words)]
    options = {
        "ngram_size": point.size,
        "max_skip_size": point.skip,
        "include_all_ngrams": point.every,
    }
    sentence = draw.given([" ".join(words).encode()], object)
    return Sketch([sentence], [draw.value("string")], options)


FAMILIES = (
    Family(
        ("EMBEDDING_LOOKUP_SPARSE",),
        {
            "type": ("float32",),
            "shape": ((1, 1), (4, 3), (2, 3, 2)),
            "count": (1, 4),
            "inner": ((1,), (4,), (2, 3)),
            "combiner": ("SUM", "MEAN", "SQRTN"),
        },
        _sparse_lookup,
        cases=24,
    ),
    Family(
        ("HASHTABLE_LOOKUP",),
        {
            "type": ("float32", "int32", "int8", "string"),
            "count": (1, 2, 4, 9),
            "inner": ((1,), (2, 3)),
        },
        _table,
        cases=8,
    ),
    Family(
        ("LSH_PROJECTION",),
        {
            "type": ("float32", "int32", "int64", "int8"),
            "shape": ((1,), (6,), (5, 3), (3, 50)),
            "functions": ((1, 1), (3, 4), (2, 15)),
            "weighted": _EITHER,
            "kind": ("SPARSE", "DENSE"),
        },
        _hashes,
    ),
    Family(
        ("SKIP_GRAM",),
        {
            "type": ("string",),
            "words": (3, 5, 8),
            "size": (1, 2, 3),
            "skip": (0, 1, 3),
            "every": _EITHER,
        },
        _grams,
        cases=24,
    ),
)
