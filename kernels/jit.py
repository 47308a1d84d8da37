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
from numba.extending import intrinsic

Kernel = Callable[..., None]

INPUT = {rank: numba.types.Array(numba.float32, rank, "C", readonly=True) for rank in (1, 2, 3, 4)}
OUTPUT = {rank: numba.types.Array(numba.float32, rank, "C") for rank in (1, 2, 4)}
"""By rank: the types of arguments that a kernel reads and of those that it changes, all
float32 in C order."""
NUMBER, FLAG = numba.int64, numba.boolean


def jit(*arguments: Any) -> Callable[[Kernel], Kernel]:
    """Compiles a kernel for these argument types, arithmetic exactly as written.

    Without a folder to write to, it is compiled in every process.
    """

    def decorate(kernel: Kernel) -> Kernel:
        options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
        try:
            compiled: Kernel = numba.njit(numba.void(*arguments), cache=True, **options)(kernel)
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
