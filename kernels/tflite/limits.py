"""What a model file may hold, so that a malformed one ends in an error and not in a hang."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelLimits:
    """``file_bytes``: of the whole file. ``tables``: flatbuffer tables, each counted as often as
    it is referred to. ``tensor_bytes``: of one tensor. ``rank``: dimensions of one tensor."""

    file_bytes: int = 64 << 30
    tables: int = 1_000_000
    tensor_bytes: int = 4 << 30
    rank: int = 64
