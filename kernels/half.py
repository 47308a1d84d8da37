"""Which operands are as good from float16, where no kernel takes integers: part of the quantizer's
half of the operator table.

A table of positions is added, an initial state handed to a loop: float16 holds such constants to
2^-11 of each value. Integers with one scale would not: where boxes are decoded, what is added and
multiplied are coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_BOTH = frozenset({0, 1})

HALF: Mapping[str, frozenset[int] | None] = MappingProxyType(
    {"ADD": _BOTH, "MUL": _BOTH, "SUB": _BOTH, "WHILE": None}
)
"""Builtin operator name (the schema's) -> operands; None: all of them."""


def takes_half(operator: str, operand: int) -> bool:
    """Whether the operand may be float16, made float32 when the model is loaded."""
    operands = HALF.get(operator, frozenset())
    return operands is None or operand in operands
