"""The DEQUANTIZE that reads constants of a type: its version, per type and granularity."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kernels.int8 import Version

_PER_TENSOR: Mapping[str, Version] = MappingProxyType(
    {
        "FLOAT16": Version(3, "1.15.0"),
        "INT16": Version(3, "1.15.0"),
        "INT4": Version(6, "2.18.0"),
        "INT8": Version(2, "1.14.0"),
        "UINT8": Version(1, "1.13.1"),
    }
)
_PER_CHANNEL: Mapping[str, Version] = MappingProxyType({**_PER_TENSOR, "INT8": Version(5, "2.7.0")})


def dequantize_version(type_name: str, scales: int) -> Version:
    """That of a DEQUANTIZE of a tensor of the type, with so many scales.

    Source: LiteRT's ``op_version.cc`` and ``runtime_version.cc``.
    """
    return (_PER_CHANNEL if scales > 1 else _PER_TENSOR)[type_name]
