"""Philox 4x32-10: the random bits of TensorFlow, from two seeds and a position.

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011);
``xla/tsl/lib/random/{philox_random,random_distributions_utils}.h`` of openxla/xla.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]

BLOCK = 4
"""Words that one position of the generator makes."""

_ROUNDS = 10
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_WORD_BITS = np.uint64(32)
_WORD_MASK = (1 << 32) - 1

_FLOAT_FRACTION = np.uint32((1 << 23) - 1)
_FLOAT_ONE = np.uint32(127 << 23)
_DOUBLE_HIGH_FRACTION = np.uint64((1 << 20) - 1)
_DOUBLE_ONE = np.uint64(1023 << 52)


def philox(seed: int, seed2: int, position: int, blocks: int) -> Words:
    """Random words (blocks, BLOCK): those of positions from ``position`` on."""
    counters = np.uint64(position) + np.arange(blocks, dtype=np.uint64)
    high = np.full(blocks, seed2 & _WORD_MASK, np.uint32)
    highest = np.full(blocks, seed2 >> 32 & _WORD_MASK, np.uint32)
    words = [_low(counters), _high(counters), high, highest]
    keys = np.array([seed & _WORD_MASK, seed >> 32 & _WORD_MASK], np.uint32)
    for _ in range(_ROUNDS):
        first, second = words[0] * _MULTIPLIERS[0], words[2] * _MULTIPLIERS[1]
        words = [
            _high(second) ^ words[1] ^ keys[0],
            _low(second),
            _high(first) ^ words[3] ^ keys[1],
            _low(first),
        ]
        keys += _KEY_STEPS
    return np.stack(words, axis=1)


def _low(x: NDArray[np.uint64]) -> Words:
    return x.astype(np.uint32)


def _high(x: NDArray[np.uint64]) -> Words:
    return (x >> _WORD_BITS).astype(np.uint32)


def unit_floats(words: Words) -> NDArray[np.float32]:
    """Words as float32 in [0, 1)."""
    return (words & _FLOAT_FRACTION | _FLOAT_ONE).view(np.float32) - np.float32(1)


def unit_doubles(words: Words) -> NDArray[np.float64]:
    """Pairs of words (n, 2) as float64 (n,) in [0, 1)."""
    high = words[:, 0].astype(np.uint64) & _DOUBLE_HIGH_FRACTION
    bits = high << _WORD_BITS | words[:, 1].astype(np.uint64) | _DOUBLE_ONE
    return bits.view(np.float64) - 1.0
