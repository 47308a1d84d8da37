"""The buffers of a model in the making: equal constants share one."""

from __future__ import annotations

from hashlib import sha256


class Buffers:
    """Those of a model, and new ones after them."""

    def __init__(self, given: tuple[bytes | memoryview, ...]) -> None:
        self._all = list(given)
        self._index: dict[bytes, int] = {}

    def of(self, data: bytes | memoryview) -> int:
        """The index of a buffer that stores the data."""
        digest = sha256(data).digest()
        if digest not in self._index:
            self._index[digest] = len(self._all)
            self._all.append(data)
        return self._index[digest]

    @property
    def all(self) -> tuple[bytes | memoryview, ...]:
        """Every buffer, in order."""
        return tuple(self._all)
