"""Kernels by name, compiled. Imports Numba."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from kernels import compiled
from kernels.jit import Source, compile_kernel
from kernels.object_cache import KernelObject


def kernel_names() -> tuple[str, ...]:
    """The names of all kernels: those of modules of ``kernels.compiled`` that are a ``Source``."""
    modules = sorted(module.name for module in pkgutil.iter_modules(compiled.__path__))
    return tuple(
        f"{module}.{name}"
        for module in modules
        for name, value in sorted(vars(_module(module)).items())
        if isinstance(value, Source)
    )


def compile_named(name: str) -> KernelObject:
    """The machine code of the kernel of that name."""
    module, _, function = name.rpartition(".")
    source: Source = getattr(_module(module), function)
    fields = {field: kind.code for field, kind in source.fields.items()}
    return KernelObject(fields, compile_kernel(source, name))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{compiled.__name__}.{name}")
