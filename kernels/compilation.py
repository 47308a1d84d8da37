"""Kernels by name, compiled. Imports what declares them: Numba.

A module of ``kernels.compiled`` whose kernels want instructions that not every processor has
names them in ``NEEDS``, as LLVM does: ("avx512f", "avx512vnni"). LLVM ends the process that
compiles them for another processor. A module of one instruction set has it in ``ISA``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType
from typing import Protocol, runtime_checkable

from kernels import compiled
from kernels.field_types import FieldType
from kernels.isa import instruction_set
from kernels.jit import compiles_for
from kernels.object_cache import KernelObject


@runtime_checkable
class Declaration(Protocol):
    """A kernel that is not compiled yet: an attribute of a module of ``kernels.compiled``."""

    @property
    def fields(self) -> Mapping[str, FieldType]:
        """Name -> type, in order."""

    def machine_code(self, name: str) -> bytes:
        """An object file with one function of that name, as ``kernels.jit`` has it."""


def kernel_names() -> tuple[str, ...]:
    """The names of all kernels that the processor has the instructions for, without those of
    instruction sets that this process does not use."""
    modules = sorted(module.name for module in pkgutil.iter_modules(compiled.__path__))
    return tuple(f"{module}.{name}" for module in modules for name in _declared(_module(module)))


def _declared(module: ModuleType) -> list[str]:
    if not all(compiles_for(feature) for feature in getattr(module, "NEEDS", ())):
        return []
    if getattr(module, "ISA", instruction_set()) != instruction_set():
        return []
    return [
        name
        for name, value in sorted(vars(module).items())
        if isinstance(value, Declaration) and not isinstance(value, type)
    ]


def compile_named(name: str) -> KernelObject:
    """The machine code of the kernel of that name."""
    module, _, function = name.rpartition(".")
    declared: Declaration = getattr(_module(module), function)
    fields = {field: kind.code for field, kind in declared.fields.items()}
    return KernelObject(fields, declared.machine_code(name))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{compiled.__name__}.{name}")
