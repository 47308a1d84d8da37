"""Places machine code in memory, where it can be called."""

from __future__ import annotations

from functools import cache
from typing import Any


def link(name: str, content: bytes) -> int:
    """The address of the function ``name`` of an object file. It stays there until the process
    ends. Only one thread at a time may link, and a damaged object file may end the process."""
    import llvmlite.binding as llvm

    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(content))
    engine.finalize_object()
    return int(engine.get_function_address(name))


@cache
def _engine() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(codemodel="small", jit=True)
    # The small code model wants code and constants less than 2 GiB apart: llvmlite's memory
    # comes in one piece for each object file.
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine, use_lmm=True)
