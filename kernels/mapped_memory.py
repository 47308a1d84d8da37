"""Pages of mapped files: which of them are in memory is for us to say, their values are not."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Data = bytes | memoryview | NDArray[Any]

_PART_BYTES = 1 << 20
_CAN_RELEASE = hasattr(mmap, "MADV_DONTNEED")


def release(data: Data) -> None:
    """Lets go of the pages that contiguous ``data`` lies in, where it shows a mapped file.

    The values stay: pages that are read again come from the file, or from what the system keeps of
    it. Does nothing to memory of other kinds.
    """
    mapped = _mapping(data)
    if mapped is None or not _CAN_RELEASE:
        return
    shown = np.frombuffer(data, np.uint8)
    start = _address(shown) - _address(np.frombuffer(mapped, np.uint8))
    whole_pages = start // mmap.PAGESIZE * mmap.PAGESIZE
    mapped.madvise(mmap.MADV_DONTNEED, whole_pages, start + shown.size - whole_pages)


def is_mapped(data: Data) -> bool:
    """Whether data shows a mapped file."""
    return _mapping(data) is not None


def parts(data: bytes | memoryview) -> Iterator[memoryview]:
    """The bytes in order, a MB at a time, each part let go of before the next one."""
    view = memoryview(data)
    for start in range(0, len(view), _PART_BYTES):
        part = view[start : start + _PART_BYTES]
        yield part
        release(part)


def _mapping(data: Any) -> mmap.mmap | None:
    """The mapped file that data shows; None if it shows none, or nothing of it."""
    if not len(data):
        return None
    while isinstance(data, memoryview | np.ndarray):
        data = data.obj if isinstance(data, memoryview) else data.base
    return data if isinstance(data, mmap.mmap) else None


def _address(shown: NDArray[np.uint8]) -> int:
    return int(shown.__array_interface__["data"][0])
