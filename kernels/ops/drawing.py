"""Random numbers: RANDOM_UNIFORM, RANDOM_STANDARD_NORMAL, MULTINOMIAL.

Each operator has a generator of its own that goes on from one invocation to the next. LiteRT
takes two seeds of 0 as a wish for others every time; here they are seeds like any other.
Source: ``tflite/kernels/random_ops.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from math import prod

import numpy as np

from kernels.constant import DTYPES
from kernels.element_types import FLOAT, require_type
from kernels.errors import InputError
from kernels.float_functions import reference_cos, reference_log, reference_sin
from kernels.node import Array, Node, Run
from kernels.philox import BLOCK, Words, philox, unit_doubles, unit_floats

LEAST_UNIFORM = np.float32(1e-7)
"""What the logarithm of Box and Muller is taken of at least."""

RESERVED_BLOCKS = 2 * 256
"""Positions that MULTINOMIAL goes on by, for each sample, whatever it draws."""

MATRIX_RANK = 2


class _Generator:
    """The generator of one operator; its position is part of the interpreter's state."""

    def __init__(self, node: Node) -> None:
        self._seeds = _int32(node.options.seed), _int32(node.options.seed2)
        self._positions = node.state.positions

    def words(self, count: int, advance: int | None = None) -> Words:
        """The next ``count`` words (count,); goes on by ``advance`` positions, or by what the
        words take."""
        position = self._positions.get(self, 0)
        blocks = -(-count // BLOCK)
        self._positions[self] = position + (blocks if advance is None else advance)
        return philox(*self._seeds, position, blocks).reshape(-1)[:count]


def _int32(seed: int) -> int:
    """What LiteRT keeps of a seed: the low 32 bits, as a signed number."""
    return int(np.int64(seed).astype(np.int32))


def uniform(node: Node) -> Run:
    """float32 in [0, 1) of the given shape."""
    generator = _Generator(node)

    def run(shape: Array) -> tuple[Array, ...]:
        sizes = _sizes(node, shape)
        return (unit_floats(generator.words(prod(sizes))).reshape(sizes),)

    return run


def standard_normal(node: Node) -> Run:
    """Normal float32 of mean 0 and variance 1: two words make two, by Box and Muller."""
    generator = _Generator(node)

    def run(shape: Array) -> tuple[Array, ...]:
        sizes = _sizes(node, shape)
        count = prod(sizes)
        uniforms = unit_floats(generator.words(count + count % 2)).reshape(-1, 2)
        angle = (2 * np.pi * uniforms[:, 1].astype(np.float64)).astype(np.float32)
        logarithm = reference_log(np.maximum(uniforms[:, 0], LEAST_UNIFORM))
        radius = np.sqrt(np.float32(-2) * logarithm)
        pairs = np.stack([reference_sin(angle) * radius, reference_cos(angle) * radius], axis=1)
        return (pairs.reshape(-1)[:count].reshape(sizes),)

    return run


def multinomial(node: Node) -> Run:
    """For each row of logits (b, n), ``samples`` of its n classes: (b, samples).

    A class whose logit is not finite is never drawn.
    """
    require_type(node, FLOAT)
    generator = _Generator(node)
    dtype = DTYPES[node.outputs[0].tensor.type]

    def run(logits: Array, samples: Array) -> tuple[Array, ...]:
        count = samples.item()
        if logits.ndim != MATRIX_RANK or logits.shape[1] == 0 or count < 0:
            raise InputError(
                f"MULTINOMIAL draws {count} samples from logits {logits.shape}.",
                "Logits are rows of at least one class; samples are not negative.",
            )
        node.limits.check_size((len(logits), count), 2 * np.dtype(np.float64).itemsize)
        rounded = -(-count // BLOCK) * BLOCK
        words = generator.words(2 * len(logits) * count, len(logits) * rounded * RESERVED_BLOCKS)
        chances = unit_doubles(words.reshape(-1, 2)).reshape(len(logits), count)
        rows = [_classes(row, chance) for row, chance in zip(logits, chances, strict=True)]
        return (np.asarray(rows, dtype).reshape(len(logits), count),)

    return run


def _classes(logits: Array, chances: Array) -> Array:
    """The class of each chance in [0, 1), in float64."""
    finite = np.isfinite(logits)
    largest = logits[finite].max(initial=np.finfo(np.float32).min).astype(np.float64)
    powers = np.where(finite, np.exp(np.where(finite, logits, largest) - largest), 0)
    cumulative = np.add.accumulate(powers)
    return np.asarray(np.searchsorted(cumulative, chances * cumulative[-1], side="right"))


def _sizes(node: Node, shape: Array) -> tuple[int, ...]:
    sizes = tuple(shape.ravel().tolist())
    # Words, floats and their functions live at the same time.
    node.limits.check_size(sizes, 4 * np.dtype(np.float64).itemsize)
    return sizes
