"""What each operator does with int4 weights: part of the quantizer's half of the operator table.

Sources: as ``kernels.int8``. The packed integers are [-7, 7]: -8 is wrong in LiteRT's own kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kernels.int8 import (
    DEQUANTIZE,
    FLOAT,
    HYBRID,
    LITERT,
    LITERT_BUILTIN,
    REFERENCE,
    TARGET_RUNTIMES,
    TFLITE_MICRO,
    Version,
)


@dataclass(frozen=True)
class Int4:
    """What one operator does with int4 weights.

    ``use`` maps a target runtime to HYBRID, DEQUANTIZE or FLOAT: not as int4. ``version``
    declares an int4 weight that the operator reads itself. ``blockwise`` are the targets that
    read a scale for every block of values.
    """

    use: Mapping[str, str]
    version: Version | None = None
    blockwise: frozenset[str] = frozenset()


_NOT_MICRO = MappingProxyType(
    {LITERT: HYBRID, LITERT_BUILTIN: HYBRID, TFLITE_MICRO: FLOAT, REFERENCE: HYBRID}
)
_DEQUANTIZED = MappingProxyType(
    {LITERT: DEQUANTIZE, LITERT_BUILTIN: DEQUANTIZE, TFLITE_MICRO: FLOAT, REFERENCE: DEQUANTIZE}
)
_NOWHERE = Int4(MappingProxyType(dict.fromkeys(TARGET_RUNTIMES, FLOAT)))

INT4: Mapping[str, Int4] = MappingProxyType(
    {
        "CONV_2D": Int4(_NOT_MICRO, Version(7, "2.11.0")),
        "DEPTHWISE_CONV_2D": Int4(_DEQUANTIZED),
        "EMBEDDING_LOOKUP": Int4(
            _NOT_MICRO, Version(4, "2.18.0"), frozenset({LITERT, LITERT_BUILTIN, REFERENCE})
        ),
        "FULLY_CONNECTED": Int4(
            _NOT_MICRO, Version(12, "2.17.0"), frozenset({LITERT, LITERT_BUILTIN})
        ),
    }
)
"""Builtin operator name (the schema's) -> what it does with int4 weights; others take none."""


def int4_facts(operator: str) -> Int4:
    """Of an operator that the table has not: that it takes no int4 weights."""
    return INT4.get(operator, _NOWHERE)
