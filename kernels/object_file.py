"""From a module of LLVM to an object file that ``kernels.linking`` takes."""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm

_MATHS = ("atan2f", "cosf", "erfcf", "expf", "logf", "powf", "sinf", "tanhf")
_EXTERNAL = frozenset((*_MATHS, "memcpy", "memmove", "memset", "sched_yield"))
"""What kernels may call outside of themselves: the C library."""


def object_file(module: Any, name: str, machine: Any) -> bytes:
    """The machine code of an optimized module, which has one public function, ``name``.

    Raises TypeError if it needs anything that is neither there nor in the C library.
    """
    declared = (f for f in (*module.functions, *module.global_variables) if f.is_declaration)
    external = [value for value in declared if not value.name.startswith("llvm.")]
    missing = {value.name for value in external} - _EXTERNAL
    if missing:
        raise TypeError(f"Kernel {name} needs {', '.join(sorted(missing))}.")
    _call_by_address(module, external)
    return bytes(machine.emit_object(module))


def _call_by_address(module: Any, external: list[Any]) -> None:
    """Has the C library's functions, which may be far away, called by a table of addresses, for
    which ``kernels.linking`` has room; it has none for the jumps that LLVM would make."""
    for function in external:
        function.add_function_attribute("nonlazybind")
    flag = '!llvm.module.flags = !{!0}\n!0 = !{i32 7, !"RtLibUseGOT", i32 1}'
    module.link_in(llvm.parse_assembly(flag))
