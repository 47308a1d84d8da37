"""Models as plain values that compare with ==: arrays and views as what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from kernels.model import Table
from kernels.tflite.schema import with_defaults


def plain(value: Any) -> Any:
    """Nested lists, dicts and bytes; a table's fields with their defaults."""
    if isinstance(value, Table):
        return [value.name, plain(vars(with_defaults(value, value.name)))]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return [[key, plain(each)] for key, each in value.items()]
    if isinstance(value, np.ndarray):
        return [str(value.dtype), value.shape, value.tobytes()]
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value
