"""How kernels are compiled: the one place that knows Numba.

A kernel is a function of its fields and of a range of chunks:

    @kernel(FLOATS, FLOATS, NUMBER)
    def scale(x, y, factor, begin, end):
        for i in range(begin, end):
            y[i] = x[i] * factor

Arrays are one-dimensional; an index is not checked, unless NUMBA_BOUNDSCHECK is 1. Kernels call
functions made by ``inline`` and intrinsics, and nothing that needs Python at run time. A kernel
that returns a number refuses its inputs, if that is not 0: only Python can tell what they make.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import llvmlite.binding as llvm
import numba
import numpy as np
from llvmlite import ir
from numba.core import config
from numba.core.registry import cpu_target
from numba.extending import intrinsic
from numba.np import arrayobj

from kernels.field_types import FieldType
from kernels.object_file import object_file

Function = Callable[..., "int | None"]
F = TypeVar("F", bound=Callable[..., Any])

WORD = ir.IntType(64)
_types: Any = numba.types
_arrayobj: Any = arrayobj
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}


@dataclass(frozen=True)
class Source:
    """A kernel that is not compiled yet."""

    function: Function
    types: tuple[FieldType, ...]

    @property
    def fields(self) -> dict[str, FieldType]:
        """Name -> type, in order."""
        names = [*inspect.signature(self.function).parameters][: len(self.types)]
        return dict(zip(names, self.types, strict=True))

    @property
    def may_refuse(self) -> bool:
        """Whether it returns a number."""
        return inspect.signature(self.function).return_annotation in (int, "int")

    def machine_code(self, name: str) -> bytes:
        """What ``compile_kernel`` makes of it."""
        return compile_kernel(self, name)


def kernel(*types: FieldType) -> Callable[[Function], Source]:
    """Declares a kernel with fields of these types. Arithmetic is exactly as written."""
    return lambda function: Source(function, types)


def inline(function: F) -> F:
    """A function that kernels may call; it becomes part of them."""
    made: F = numba.njit(**_OPTIONS)(function)
    return made


def compile_kernel(source: Source, name: str) -> bytes:
    """The machine code: an object file with one function of that name.

    ``int32 name(int64 *answer, void *, int64 row, int64 begin, int64 end)``, where ``row`` is the
    address of the fields' words; the second pointer is to 8 bytes of scratch. It returns 0, or
    another number after an index that is out of bounds; ``answer``, which is 0 before, becomes
    what the kernel returns.
    """
    body: Any = inline(source.function)
    fields = _load_fields(source.types)

    def entry(row, begin, end):  # type: ignore[no-untyped-def]
        return body(*(fields(row) + (begin, end)))  # noqa: RUF005

    word = numba.int64
    answer: Any = word if source.may_refuse else numba.void
    compiled: Any = numba.cfunc(answer(word, word, word), **_OPTIONS)(entry)
    module = llvm.parse_assembly(compiled.inspect_llvm())
    _keep_only_entry(module, compiled.native_name, name)
    return object_file(module, name, target_machine(*target()))


def _keep_only_entry(module: Any, native_name: str, name: str) -> None:
    """Renames the function, hides all else, and drops what is not used: the wrapper for callers
    in C, and names with a counter of Numba's, by which two kernels might share a function."""
    module.get_function(native_name.removeprefix("cfunc.")).name = name
    for value in (*module.functions, *module.global_variables):
        if value.name != name and not value.is_declaration:
            value.linkage = "private"
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    builder = llvm.create_pass_builder(target_machine(*target()), llvm.PipelineTuningOptions())
    passes.run(module, builder)


def target() -> tuple[str, str, str]:
    """Triple, processor and features that Numba compiles for: the machine's own, unless
    NUMBA_CPU_NAME and NUMBA_CPU_FEATURES say otherwise."""
    triple, processor, features = cpu_target.target_context.codegen().magic_tuple()
    return triple, processor, features


def target_machine(triple: str, processor: str, features: str) -> Any:
    """LLVM's code generator for a processor."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=processor, features=features, opt=3, reloc="pic", codemodel="small", jit=True
    )


def compiles_for(feature: str) -> bool:
    """Whether the processor that Numba compiles for has an instruction set, as LLVM names it."""
    return f"+{feature}" in target()[-1].split(",")


def _load_fields(types: Sequence[FieldType]) -> Any:
    """An intrinsic: the address of words -> the tuple of fields."""
    result = _types.Tuple([_numba_type(kind) for kind in types])

    def load(typing_context: Any, row: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            words = builder.inttoptr(arguments[0], WORD.as_pointer())
            values, place = [], 0
            for kind, made in zip(types, signature.return_type.types, strict=True):
                place_of = [WORD(place), WORD(place + 1)][: kind.words]
                loaded = [builder.load(builder.gep(words, [at])) for at in place_of]
                values.append(_field(context, builder, kind, made, loaded))
                place += kind.words
            return context.make_tuple(builder, signature.return_type, values)

        return result(row), generate

    return intrinsic(load)


def _numba_type(kind: FieldType) -> Any:
    element = numba.from_dtype(np.dtype(kind.dtype))
    if kind.raw or kind == FieldType("int64", False):
        return numba.int64
    if not kind.is_array:
        return element
    return _types.Array(element, 1, "C") if _checks() else _types.CPointer(element)


def _field(context: Any, builder: Any, kind: FieldType, made: Any, words: Sequence[Any]) -> Any:
    """The value of a field from its words."""
    if kind.raw or made == numba.int64:
        return words[0]
    if not kind.is_array:
        return builder.bitcast(builder.trunc(words[0], ir.IntType(32)), ir.FloatType())
    element = context.get_data_type(made.dtype)
    pointer = builder.inttoptr(words[0], element.as_pointer())
    if isinstance(made, _types.CPointer):
        return pointer
    return _array(context, builder, made, pointer, words[1])


def _array(context: Any, builder: Any, made: Any, pointer: Any, count: Any) -> Any:
    """An array of Numba's, which checks its indices."""
    array = _arrayobj.make_array(made)(context, builder)
    size = context.get_constant(numba.intp, np.dtype(str(made.dtype)).itemsize)
    _arrayobj.populate_array(array, pointer, [count], [size], size, None)
    return array._getvalue()


def _checks() -> bool:
    return bool(getattr(config, "BOUNDSCHECK", None))


def _fma(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return numba.float32(numba.float32, numba.float32, numba.float32), generate


fma: Any = intrinsic(_fma)
"""a * b + c in float32, rounded once, on every processor."""


def _reinterpret(given: Any, made: Any) -> Any:
    def define(typing_context: Any, x: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(made))

        return made(given), generate

    return intrinsic(define)


bits_of = _reinterpret(numba.float32, numba.int32)
"""The bits of a float32, as int32."""
float_of = _reinterpret(numba.int32, numba.float32)
"""The float32 of those bits."""
