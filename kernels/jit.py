"""How kernels are compiled: the one place that knows Numba.

It imports numba, which takes a third of a second. So compiled kernels live in modules of their
own, ``kernels.compiled_*``, that nothing imports until a kernel is needed.

Each kernel has its signature: it is compiled once, when its module is imported, and Numba
keeps the machine code where NUMBA_CACHE_DIR says, else beside the module, else in the user's
cache. Numba does not see a change in another module that a kernel calls, so it calls none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from llvmlite import ir
from numba.core import config
from numba.core.registry import cpu_target
from numba.extending import intrinsic

Kernel = Callable[..., None]

INPUT = {rank: numba.types.Array(numba.float32, rank, "C", readonly=True) for rank in (1, 2, 3, 4)}
OUTPUT = {rank: numba.types.Array(numba.float32, rank, "C") for rank in (1, 2, 4)}
"""By rank: the types of arguments that a kernel reads and of those that it changes, all
float32 in C order."""
NUMBER, FLAG = numba.int64, numba.boolean


def jit(*arguments: Any) -> Callable[[Kernel], Kernel]:
    """Compiles a kernel for these argument types, arithmetic exactly as written.

    Without a folder to write to, it is compiled in every process; so it is with
    NUMBA_BOUNDSCHECK=1, which checks every index: Numba would take kernels from its cache that
    were compiled without.
    """
    checked = bool(getattr(config, "BOUNDSCHECK", None))

    def decorate(kernel: Kernel) -> Kernel:
        options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
        try:
            compiled: Kernel = numba.njit(numba.void(*arguments), cache=not checked, **options)(
                kernel
            )
        except RuntimeError:  # "no locator available": no folder for the cache can be written
            compiled = numba.njit(numba.void(*arguments), **options)(kernel)
        return compiled

    return decorate


def _fma(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return numba.float32(numba.float32, numba.float32, numba.float32), generate


fma: Any = intrinsic(_fma)
"""a * b + c in float32, rounded once, on every processor."""


def compiles_for(feature: str) -> bool:
    """Whether the processor that Numba compiles for has an instruction set, as LLVM names it:
    the machine's own, unless NUMBA_CPU_FEATURES says otherwise."""
    features = cpu_target.target_context.codegen().magic_tuple()[-1]
    return f"+{feature}" in features.split(",")


_LANES = ir.VectorType(ir.FloatType(), 4)
_MASK, _INDEX = ir.IntType(8), ir.IntType(32)
_NO_LANES, _FIRST = ir.Constant(_LANES, [0.0] * 4), ir.Constant(_INDEX, 0)
_RSQRT14 = "llvm.x86.avx512.rsqrt14.ss"


def _rsqrt14(typing_context: Any, x: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        if not compiles_for("avx512f"):  # LLVM ends the process at an instruction that is not there
            return ir.Constant(ir.FloatType(), 0.0)
        kind = ir.FunctionType(_LANES, [_LANES, _LANES, _LANES, _MASK])
        instruction = builder.module.declare_intrinsic(_RSQRT14, fnty=kind)
        lanes = builder.insert_element(_NO_LANES, *arguments, _FIRST)
        estimate = builder.call(instruction, [lanes, lanes, _NO_LANES, ir.Constant(_MASK, 1)])
        return builder.extract_element(estimate, _FIRST)

    return numba.float32(numba.float32), generate


rsqrt14: Any = intrinsic(_rsqrt14)
"""AVX-512's estimate of 1 / sqrt(x), 14 bits of it right; 0 on a processor without it."""
