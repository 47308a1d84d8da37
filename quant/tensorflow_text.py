"""Reading what TensorFlow prints: the last line that says something, and MLIR tensor types."""

from __future__ import annotations

import re

_LOCATION = re.compile(
    r"^(?:ConverterError: )?(?:Could not translate MLIR to FlatBuffer\.)?(?:<unknown>:\d+: )?"
    r"(?:(?:error|note): )?(?:loc\(.*\): )?(?:error: )?"
)
_CONTEXT = re.compile(r"\{\{.*?\}\} ?| ?\[Op:\w+\]")
_NO_REASON = re.compile(
    r"called from$|see current operation|^Error code: |^Details:|^\^|^[%\"}]|^tfl?\.\w+\("
)
_NOISE = re.compile(r"[IW]\d{4} |\d{4}-\d\d-\d\d .*?: [IW] |WARNING|INFO")
_TENSOR_TYPE = re.compile(r"tensor<((?:[?\d]+x)*)([A-Za-z]\w*)")


def last_reason(text: str) -> str:
    """The last line that says something, without its location, log lines only if there is
    nothing else; ``"nothing was said"`` for no such line."""
    lines = [_CONTEXT.sub("", _LOCATION.sub("", line.strip())) for line in text.splitlines()]
    said = [line for line in lines if line and not _NO_REASON.search(line)]
    meant = [line for line in said if not _NOISE.match(line)]
    return (meant or said or ["nothing was said"])[-1].rstrip(".")


def tensor_types(text: str) -> list[tuple[int, str]]:
    """(rank, element type) of every ranked MLIR tensor type: ``tensor<4x?xf64>`` is (2, "f64")."""
    return [(dims.count("x"), dtype) for dims, dtype in _TENSOR_TYPE.findall(text)]
