"""The operator table: every per-operator fact, in one place.

The interpreter takes the kernel from it, the quantizer the weight operands and what each
target runtime does with int8 weights (``kernels.int8``), the documentation all of it. No
other file tests an operator's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kernels.int8 import INT8, TARGET_RUNTIMES, Int8
from kernels.node import Prepare

__all__ = ["OPERATORS", "TARGET_RUNTIMES", "OperatorFacts"]


@dataclass(frozen=True)
class OperatorFacts:
    """Everything the project knows of one builtin operator."""

    kernel: Prepare | None = None
    int8: Int8 | None = None


_KERNELS: Mapping[str, Prepare] = MappingProxyType({})

OPERATORS: Mapping[str, OperatorFacts] = MappingProxyType(
    {
        name: OperatorFacts(kernel=_KERNELS.get(name), int8=INT8.get(name))
        for name in sorted({*_KERNELS, *INT8})
    }
)
"""Builtin operator name (the schema's) -> its facts."""
