"""Choosing by a condition: x where a byte is not 0, else y, by size of the elements in bits.

All four arrays have ``count`` elements. A chunk is a block.
"""

from __future__ import annotations

from typing import Any

from kernels.compiled.conversions import is_true
from kernels.compiled.spans import for_block
from kernels.compiled.vector_ir import (
    INT8,
    INT16,
    INT32,
    INT64,
    Kind,
    Register,
    load,
    select,
    store,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY


def _selection(kind: Kind) -> VectorSource:
    @vector_kernel(condition=MEMORY, x=MEMORY, y=MEMORY, z=MEMORY, count=INDEX)
    def run(f: Any, chunk: Register) -> None:
        def turn(place: Register, width: int, mask: Register | None) -> None:
            chosen = is_true(load(f.condition + place, INT8 * width, mask))
            at = place * kind.size
            x, y = (load(address + at, kind * width, mask) for address in (f.x, f.y))
            store(select(chosen, x, y), f.z + at, mask)

        for_block(f.count, chunk, turn)

    return run


of_8, of_16, of_32, of_64 = (_selection(kind) for kind in (INT8, INT16, INT32, INT64))
