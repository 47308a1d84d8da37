"""Kernels that are texts of vector instructions, compiled without Numba: see ``vector_ir``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

from kernels.compiled.vector_ir import FLOAT, INT32, INT64, Register, each
from kernels.field_types import FieldType
from kernels.isa import processor
from kernels.object_file import object_file

Text = Callable[[Any, Register], None]
"""Writes what a kernel does with one chunk: given the fields, by name, and the chunk's number."""

_WORDS = INT64.type.as_pointer()
_ENTRY = ir.FunctionType(INT32.type, [_WORDS, _WORDS, INT64.type, INT64.type, INT64.type])
_SPEED_LEVEL = 3


@dataclass(frozen=True)
class VectorSource:
    """A kernel that is not compiled yet. ``fields``: name -> type, in order; of arrays the text
    gets the addresses."""

    fields: Mapping[str, FieldType]
    text: Text

    def machine_code(self, name: str) -> bytes:
        """An object file for this machine, as ``kernels.jit.compile_kernel`` makes it."""
        machine = _target_machine(llvm.get_process_triple(), *processor())
        return object_file(_optimized(self.module(name), machine), name, machine)

    def assembly(self, triple: str, processor: str, features: str) -> str:
        """What it becomes on a processor, to read."""
        machine = _target_machine(triple, processor, features)
        return str(machine.emit_assembly(_optimized(self.module("kernel"), machine)))

    def module(self, name: str) -> ir.Module:
        """LLVM's module of one function, which runs chunks ``begin`` to ``end`` - 1."""
        module = ir.Module(name)
        function = ir.Function(module, _ENTRY, name)
        builder = ir.IRBuilder(function.append_basic_block("entry"))
        row, begin, end = (Register(builder, value, INT64) for value in function.args[2:])
        fields = SimpleNamespace(**dict(_loaded(self.fields, row)))
        each(begin, end, 1, lambda chunk: self.text(fields, chunk))
        builder.ret(INT32.of(0))
        return module


def vector_kernel(**fields: FieldType) -> Callable[[Text], VectorSource]:
    """Declares a kernel with these fields."""
    return lambda text: VectorSource(fields, text)


def _loaded(fields: Mapping[str, FieldType], row: Register) -> Iterator[tuple[str, Register]]:
    """The fields from their words: addresses of arrays, numbers."""
    builder, place = row.builder, 0
    for name, kind in fields.items():
        pointer = builder.inttoptr((row + place * INT64.size).value, _WORDS)
        word = builder.load(pointer)
        if kind.is_array or kind.dtype == "int64":
            yield name, Register(builder, word, INT64)
        else:
            bits = builder.trunc(word, INT32.type)
            yield name, Register(builder, builder.bitcast(bits, FLOAT.type), FLOAT)
        place += kind.words


def _target_machine(triple: str, processor: str, features: str) -> Any:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=processor, features=features, opt=3, reloc="pic", codemodel="small", jit=True
    )


def _optimized(module: ir.Module, machine: Any) -> Any:
    made = llvm.parse_assembly(str(module))
    made.verify()
    tuning = llvm.create_pipeline_tuning_options(speed_level=_SPEED_LEVEL)
    llvm.create_pass_builder(machine, tuning).getModulePassManager().run(
        made, llvm.create_pass_builder(machine, tuning)
    )
    return made
