"""Text and sparse features: EMBEDDING_LOOKUP_SPARSE, HASHTABLE_LOOKUP, LSH_PROJECTION, SKIP_GRAM.

Source: ``tflite/kernels/{embedding_lookup_sparse,hashtable_lookup,lsh_projection,skip_gram}.cc``
of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kernels.element_types import FLOAT, require_type
from kernels.errors import InputError, ModelError, UnsupportedOperatorError
from kernels.farmhash import fingerprint64
from kernels.node import Array, Node, Run
from kernels.tflite.schema import ENUMS

SUM, MEAN, SQRTN = (ENUMS["CombinerType"][name] for name in ("SUM", "MEAN", "SQRTN"))
SPARSE, DENSE = (ENUMS["LSHProjectionType"][name] for name in ("SPARSE", "DENSE"))

MAX_BITS = 32
"""Bits that one hash function of LSH_PROJECTION makes at most: those of an int32."""

GRAM_BYTES = 64
"""About what a short string takes in memory."""

MATRIX_RANK = 2


def embedding_lookup_sparse(node: Node) -> Run:
    """The rows that the ids name, weighted and combined where their indices agree.

    ids, weights: (n,); indices: (n, r), of a tensor of ``shape`` (r,); table: (rows, ..);
    result (shape[:-1].., ..). Indices are sorted: the combiner counts those that follow each
    other.
    """
    require_type(node, FLOAT, 3)
    require_type(node, FLOAT, 4)
    combiner = node.options.combiner
    if combiner not in (SUM, MEAN, SQRTN):
        raise ModelError(f"Its combiner is {combiner}.", "The file may be damaged.")

    def run(
        ids: Array, indices: Array, shape: Array, weights: Array, table: Array
    ) -> tuple[Array, ...]:
        sizes = tuple(shape.ravel()[:-1].tolist())
        _require_lookup(ids, indices, shape, weights, table)
        node.limits.check_size((*sizes, *table.shape[1:]), table.itemsize)
        result = np.zeros((*sizes, *table.shape[1:]), np.float32)
        places = [tuple(row) for row in indices[:, :-1].tolist()]
        for place, run_of in _runs(places):
            for row, weight in zip(ids[run_of], weights[run_of], strict=True):
                result[place] += table[row] * weight
            result[place] /= _divisor(weights[run_of], combiner)
        return (result,)

    return run


def _require_lookup(ids: Array, indices: Array, shape: Array, weights: Array, table: Array) -> None:
    count = ids.size
    if (
        (ids.shape, weights.shape) != ((count,), (count,))
        or indices.shape != (count, shape.size)
        or table.ndim < MATRIX_RANK
        or shape.size == 0
    ):
        raise InputError(
            f"Ids {ids.shape}, indices {indices.shape} of a tensor of rank {shape.size}, weights "
            f"{weights.shape} and a table {table.shape}.",
            "There is one index and one weight for each id.",
        )
    inner, sizes = indices[:, :-1], shape.ravel()[:-1]
    outside = ((ids < 0) | (ids >= len(table))).any()
    if outside or ((inner < 0) | (inner >= sizes)).any():
        raise InputError(
            f"Ids {ids.tolist()} for a table of {len(table)} rows, indices {indices.tolist()} of "
            f"a tensor {shape.tolist()}.",
            "Ids name rows of the table and indices lie within the tensor.",
        )


def _runs(places: list[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], slice]]:
    """Each stretch of equal places."""
    start = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end] != places[start]:
            yield places[start], slice(start, end)
            start = end


def _divisor(weights: Array, combiner: int) -> np.float32:
    if combiner == SUM:
        return np.float32(1)
    total = np.add.accumulate(weights if combiner == MEAN else weights * weights)[-1]
    return np.float32(total if combiner == MEAN else np.sqrt(total))


def hashtable_lookup(node: Node) -> Run:
    """The values of keys (n,), and 1 where there is one; where there is none, zeros or "".

    ``table_keys`` (k,) ascend; values: (k, ..).
    """

    def run(keys: Array, table_keys: Array, values: Array) -> tuple[Array, ...]:
        if keys.ndim != 1 or table_keys.ndim != 1 or values.shape[:1] != table_keys.shape:
            raise InputError(
                f"Keys {keys.shape} in a table of keys {table_keys.shape}, values {values.shape}.",
                "The table has one value for each key.",
            )
        if len(values) == 0 or (np.diff(table_keys.astype(np.int64)) < 0).any():
            raise InputError(
                f"The table's keys are {table_keys.tolist()}.", "There are some, and they ascend."
            )
        places = np.minimum(np.searchsorted(table_keys, keys), len(values) - 1)
        found = table_keys[places] == keys
        result = values[places]
        result[~found] = b"" if values.dtype == object else 0
        return result, found.astype(np.uint8)

    return run


def lsh_projection(node: Node) -> Run:
    """Bits of the input by hashing: for each seed, whether the hashes' weighted sum is positive.

    seeds: (functions, bits) float32; x: (n, ..); weights: (n,) or absent. SPARSE makes one
    int32 of a function's bits, beside those of the others; DENSE one of each bit.
    """
    require_type(node, FLOAT)
    kind = node.options.type
    if kind not in (SPARSE, DENSE):
        raise UnsupportedOperatorError(f"Its type is {kind}.", "It is SPARSE or DENSE.")

    def run(seeds: Array, x: Array, weights: Array | None = None) -> tuple[Array, ...]:
        if seeds.ndim != MATRIX_RANK or seeds.shape[1] > MAX_BITS or x.ndim == 0 or len(x) == 0:
            raise InputError(
                f"LSH_PROJECTION of a tensor {x.shape} by seeds {seeds.shape}.",
                f"Seeds are (functions, bits), at most {MAX_BITS} bits.",
            )
        if weights is not None and weights.shape != x.shape[:1]:
            raise InputError(f"Weights {weights.shape} of a tensor {x.shape}.", "One for each row.")
        functions, width = seeds.shape
        flat = np.array([_sign_bit(seed, x, weights) for seed in seeds.ravel()], np.int64)
        if kind == DENSE:
            return (flat.astype(np.int32),)
        bits = flat.reshape(functions, width)
        powers = np.int64(1) << np.arange(width)[::-1]
        offsets = np.arange(functions) << width
        return (((bits * powers).sum(axis=1) + offsets).astype(np.int32),)

    return run


def _sign_bit(seed: np.float32, x: Array, weights: Array | None) -> bool:
    """In float64, in order: each row's hash with the seed before it, a signed integer."""
    score = 0.0
    for i, row in enumerate(x):
        code = np.uint64(fingerprint64(seed.tobytes() + row.tobytes())).astype(np.int64)
        score += float(code) * (1.0 if weights is None else float(weights[i]))
    return score > 0


def skip_gram(node: Node) -> Run:
    """The n-grams of a sentence's words, at most ``max_skip_size`` words left out between two.

    With ``include_all_ngrams`` also the shorter ones, each after those that it begins. LiteRT
    loses the first word of a sentence that begins with a space.
    """
    require_type(node, ("STRING",))
    size, skip = node.options.ngram_size, node.options.max_skip_size
    least = 1 if node.options.include_all_ngrams else size

    def run(x: Array) -> tuple[Array, ...]:
        words = x.reshape(-1)[0].split() if x.size else []
        if len(words) < size:
            words = []
        count = len(words) * min(skip + 1, len(words)) ** (size - 1)
        node.limits.check_size((count, GRAM_BYTES), 1)
        grams = [
            b" ".join(words[i] for i in gram)
            for first in range(len(words))
            for gram in _grams((first,), len(words), size, skip)
            if len(gram) >= least
        ]
        result = np.empty(len(grams), object)
        result[:] = grams
        return (result,)

    return run


def _grams(prefix: tuple[int, ...], words: int, size: int, skip: int) -> Iterator[tuple[int, ...]]:
    """Every gram of up to ``size`` words that begins so, the prefix last."""
    if len(prefix) < size:
        for following in range(prefix[-1] + 1, min(prefix[-1] + 2 + skip, words)):
            yield from _grams((*prefix, following), words, size, skip)
    yield prefix
