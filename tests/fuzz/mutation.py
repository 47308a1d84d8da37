"""Files with one thing wrong: a number of a valid file overwritten, now and then several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from tests.fuzz.places import Place, places

_ONE_IN_SEVERAL = 0.7
"""The share of mutations that change one field only."""
_NUMBER = 0.8
"""The share of fields that are numbers of the model, not of the flatbuffer's own structure."""
_BLIND = 0.05
"""The share that knows nothing of the structure: bytes flipped, the end cut off."""
_INTEGERS = (
    *(-1, 0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 1000),
    *(2**15 - 1, 2**15, 2**16, 10**6, 2**24, 2**30, 2**31 - 1, 2**31, 2**32 - 1, -(2**31)),
    *(2**63 - 1, -(2**63)),
)
_FLOATS = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.5, 1e-45, 1e-38, 3e38, -3e38)


@dataclass(frozen=True)
class Seed:
    """A valid file of the corpus, and where its numbers lie."""

    name: str
    content: bytes
    numbers: Sequence[Place]
    structure: Sequence[Place]

    @classmethod
    def of(cls, name: str, content: bytes) -> Seed:
        """The file with its places."""
        found = places(content)
        numbers = [place for place in found if not place.is_structure]
        return cls(name, content, numbers, [place for place in found if place.is_structure])


def mutated(seed: Seed, random: Random) -> bytes:
    """The file changed; the same random state, the same change."""
    content = bytearray(seed.content)
    if random.random() < _BLIND:
        return _flipped(content, random)
    changes = 1 if random.random() < _ONE_IN_SEVERAL else random.randint(2, 4)
    for _ in range(changes):
        kind = seed.numbers if random.random() < _NUMBER else seed.structure
        _overwrite(content, random.choice(kind), random)
    return bytes(content)


def _overwrite(content: bytearray, place: Place, random: Random) -> None:
    view = np.frombuffer(content, place.dtype, 1, place.position)
    old = view[0].item()
    if place.dtype.kind == "f":
        with np.errstate(over="ignore"):
            view[0] = random.choice((*_FLOATS, -old, old * 2))
        return
    value = random.choice((*_INTEGERS, old + 1, old - 1, old * 2, old // 2, -old))
    bits = 8 * place.dtype.itemsize
    np.frombuffer(content, f"<u{place.dtype.itemsize}", 1, place.position)[0] = value % 2**bits


def _flipped(content: bytearray, random: Random) -> bytes:
    if random.random() < 0.5:
        return bytes(content[: random.randrange(len(content))])
    for _ in range(random.randint(1, 8)):
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    return bytes(content)
