"""The types of a kernel's fields: what its arguments are in memory.

An array takes two words of an instruction, its address and its number of elements; a number one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]
"""An array of a kernel, for its readers."""


@dataclass(frozen=True)
class FieldType:
    """``dtype`` of the number, or of the elements of a one-dimensional array in C order.

    ``raw``: the kernel gets an array's address, for vector instructions, and no index is checked.
    """

    dtype: str
    is_array: bool
    raw: bool = False

    @property
    def words(self) -> int:
        """How many words of an instruction it takes."""
        return 2 if self.is_array else 1

    @property
    def code(self) -> str:
        """A short name, which ``field_type`` reads."""
        return self.dtype + ("&" if self.raw else "*" if self.is_array else "")

    def holds(self, dtype: np.dtype) -> bool:
        """Whether arrays of a dtype can be the field: booleans are bytes."""
        return self.raw or dtype == self.dtype or (dtype == np.bool_ and self.dtype == "uint8")


def _array(dtype: DTypeLike) -> FieldType:
    return FieldType(np.dtype(dtype).name, True)


FLOATS, DOUBLES = _array(np.float32), _array(np.float64)
INT8S, UINT8S, INT16S = _array(np.int8), _array(np.uint8), _array(np.int16)
INT32S, INT64S, BOOLS = _array(np.int32), _array(np.int64), _array(np.uint8)
"""Arrays. Booleans are bytes, 0 or 1."""
MEMORY = FieldType("uint8", True, raw=True)
"""An array of any type, of which the kernel gets the address."""
INDEX, NUMBER = FieldType("int64", False), FieldType("float32", False)
"""Numbers."""


def field_type(code: str) -> FieldType:
    """The type of that code."""
    return FieldType(code.rstrip("*&"), code[-1] in "*&", code[-1] == "&")
