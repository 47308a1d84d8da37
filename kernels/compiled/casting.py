"""CAST: an array of one type from one of another. A chunk is a block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.conversions import as_bytes, converted, is_true
from kernels.compiled.spans import for_block
from kernels.compiled.vector_ir import FLOAT, INT8, INT32, INT64, Kind, Register, load, store
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.field_types import INDEX, MEMORY


def _made_by(source: Kind, target: Kind, change: Callable[[Register], Register]) -> VectorSource:
    @vector_kernel(x=MEMORY, y=MEMORY, count=INDEX)
    def run(f: Any, chunk: Register) -> None:
        def turn(place: Register, width: int, mask: Register | None) -> None:
            x = load(f.x + place * source.size, source * width, mask)
            store(change(x), f.y + place * target.size, mask)

        for_block(f.count, chunk, turn)

    return run


def _cast(source: Kind, target: Kind, signed: bool = True) -> VectorSource:
    return _made_by(source, target, lambda x: converted(x, target, signed))


def _to_bool(source: Kind) -> VectorSource:
    return _made_by(source, INT8, lambda x: as_bytes(is_true(x)))


float32_to_bool, int32_to_bool = _to_bool(FLOAT), _to_bool(INT32)
float32_to_int8, float32_to_uint8 = _cast(FLOAT, INT8), _cast(FLOAT, INT8, signed=False)
float32_to_int32, float32_to_int64 = _cast(FLOAT, INT32), _cast(FLOAT, INT64)
int32_to_float32, int32_to_int64 = _cast(INT32, FLOAT), _cast(INT32, INT64)
int64_to_float32, int64_to_int32 = _cast(INT64, FLOAT), _cast(INT64, INT32)
int8_to_float32, int8_to_int32 = _cast(INT8, FLOAT), _cast(INT8, INT32)
uint8_to_float32, uint8_to_int32 = (_cast(INT8, kind, signed=False) for kind in (FLOAT, INT32))
uint8_to_int64 = _cast(INT8, INT64, signed=False)

logical_not = _made_by(INT8, INT8, lambda x: x ^ 1)
"""Of BOOL: bytes that are 0 or 1."""
