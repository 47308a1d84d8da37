"""Compiled kernels by name: loaded from the object cache, or compiled once.

A name is a module of ``kernels.compiled`` and a kernel in it: "unary.logistic". Numba is
imported only to compile.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np

from kernels import object_cache
from kernels.errors import ModelError
from kernels.field_types import Array, FieldType, field_type
from kernels.linking import link

Argument = Array | int | float
_ENTRY = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * 3)
_LOCK = Lock()
"""Held while a kernel is compiled and placed in memory: where it lies there is known before its
code is complete."""


@dataclass(frozen=True)
class Kernel:
    """``fields``: name -> type, in order; ``address``: of its machine code."""

    name: str
    fields: dict[str, FieldType]
    address: int

    def __call__(self, *arguments: Argument, chunks: int) -> bool:
        """Runs all chunks. Arrays are in C order and of their field's dtype. Returns whether the
        kernel takes these values; if not, what it made of them is of no use.

        Raises ModelError if an index is out of bounds, where indices are checked.
        """
        row = np.array(words(self, arguments), np.int64)
        return run(self.address, row, 0, chunks)


def run(address: int, row: Array, begin: int, end: int) -> bool:
    """Runs chunks of the kernel at an address; other threads of Python run meanwhile. Returns
    whether it takes its inputs.

    Raises ModelError if an index is out of bounds, where indices are checked.
    """
    words = (ctypes.c_int64 * 2)()
    status = _ENTRY(address)(words, ctypes.byref(words, 8), row.ctypes.data, begin, end)
    if status:
        raise ModelError(
            "A compiled kernel reached beyond an array.",
            "This is a defect of the runtime: please report it with the model.",
        )
    return words[0] == 0


def kernel(name: str) -> Kernel:
    """The kernel of that name; threads get the same one."""
    with _LOCK:
        return _kernel(name)


@cache
def _kernel(name: str) -> Kernel:
    known = object_cache.load(name)
    if known is None:
        from kernels.compilation import compile_named

        known = compile_named(name)
        object_cache.store(name, known)
    fields = {field: field_type(code) for field, code in known.fields.items()}
    return Kernel(name, fields, link(name, known.content))


def words(kernel: Kernel, arguments: Sequence[Argument]) -> list[int]:
    """The words of an instruction's fields. Raises TypeError if the arguments do not fit."""
    if len(arguments) != len(kernel.fields):
        raise TypeError(f"{kernel.name} takes {', '.join(kernel.fields)}, not {len(arguments)}.")
    made: list[int] = []
    for (name, kind), value in zip(kernel.fields.items(), arguments, strict=True):
        where = f"{kernel.name}: {name}"
        made += (
            array_words(where, kind, value)
            if isinstance(value, np.ndarray)
            else [number_word(kind, value)]
        )
    return made


def array_words(where: str, kind: FieldType, value: Array) -> list[int]:
    """The words of an array: address and number of elements. Raises TypeError if it does not fit;
    ``where`` begins the message."""
    if not (isinstance(value, np.ndarray) and value.flags.c_contiguous):
        raise TypeError(f"{where} is {kind.code}, not {type(value).__name__}, or not in C order.")
    if not kind.is_array or (not kind.raw and not kind.holds(value.dtype)):
        raise TypeError(f"{where} is {kind.code}, not {value.dtype}.")
    return [value.ctypes.data, value.size]


def number_word(kind: FieldType, value: float) -> int:
    """The word of a number. Raises TypeError for an array's field."""
    if kind.is_array:
        raise TypeError(f"A field is {kind.code}, not the number {value}.")
    if kind.dtype == "int64":
        return int(value)
    return int(np.float32(value).view(np.int32))
