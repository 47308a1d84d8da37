"""Compiled kernels by name: loaded from the object cache, or compiled once.

A name is a module of ``kernels.compiled`` and a kernel in it: "unary.logistic". Numba is
imported only to compile.
"""

from __future__ import annotations

import ctypes
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from kernels import object_cache
from kernels.errors import ModelError
from kernels.field_types import FieldType, field_type
from kernels.node import Array
from kernels.object_cache import KernelObject

PACKAGE = "kernels.compiled"
Argument = Array | int | float
_SCRATCH = (ctypes.c_int64 * 2)()
_ENTRY = ctypes.CFUNCTYPE(
    ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * 3
)


@dataclass(frozen=True)
class Kernel:
    """``fields``: name -> type, in order; ``address``: of its machine code."""

    name: str
    fields: dict[str, FieldType]
    address: int

    def __call__(self, *arguments: Argument, chunks: int) -> None:
        """Runs all chunks. Arrays are in C order and of their field's dtype.

        Raises ModelError if an index is out of bounds, where indices are checked.
        """
        row = np.array(words(self, arguments), np.int64)
        run(self.address, row, 0, chunks)


def run(address: int, row: Array, begin: int, end: int) -> int:
    """Runs chunks of the kernel at an address; other threads of Python run meanwhile.

    Raises ModelError if it fails.
    """
    scratch = (ctypes.c_int64 * 2)()
    status = _ENTRY(address)(scratch, ctypes.byref(scratch, 8), row.ctypes.data, begin, end)
    if status:
        raise ModelError(
            "A compiled kernel reached beyond an array.",
            "This is a defect of the runtime: please report it with the model.",
        )
    return int(scratch[0])


@cache
def kernel(name: str) -> Kernel:
    """The kernel of that name."""
    known = object_cache.load(name)
    if known is None:
        known = _compile(name)
        object_cache.store(name, known)
    fields = {field: field_type(code) for field, code in known.fields.items()}
    return Kernel(name, fields, object_cache.link(name, known.content))


def _compile(name: str) -> KernelObject:
    from kernels.jit import compile_kernel

    module, _, function = name.rpartition(".")
    source = getattr(importlib.import_module(f"{PACKAGE}.{module}"), function)
    fields = {field: kind.code for field, kind in source.fields.items()}
    return KernelObject(fields, compile_kernel(source, name))


def words(kernel: Kernel, arguments: Sequence[Argument]) -> list[int]:
    """The words of an instruction's fields. Raises TypeError if the arguments do not fit."""
    if len(arguments) != len(kernel.fields):
        raise TypeError(f"{kernel.name} takes {', '.join(kernel.fields)}, not {len(arguments)}.")
    made: list[int] = []
    for (name, kind), value in zip(kernel.fields.items(), arguments, strict=True):
        made += _words(f"{kernel.name}: {name}", kind, value)
    return made


def _words(where: str, kind: FieldType, value: Any) -> list[int]:
    if not kind.is_array:
        return [number_word(kind, value)]
    if not (isinstance(value, np.ndarray) and value.flags.c_contiguous):
        raise TypeError(f"{where} is {kind.code}, not {type(value).__name__}, or in C order.")
    if not kind.raw and value.dtype != kind.dtype and value.dtype != np.bool_:
        raise TypeError(f"{where} is {kind.code}, not {value.dtype}.")
    return [value.ctypes.data, value.size]


def number_word(kind: FieldType, value: float) -> int:
    """The word of a number."""
    if kind.dtype == "int64":
        return int(value)
    return int(np.float32(value).view(np.int32))
