"""What operators take in this project's runtime, in the float and in the quantized model."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from quant.model_report import OperatorTime
from tools.bench.breakdown import profile_file


def operator_times(float_model: Path, quantized: Path) -> tuple[OperatorTime, ...]:
    """Of each kind, those that take longest in the quantized model first; medians of runs on
    random inputs."""
    before, after = _seconds(float_model), _seconds(quantized)
    kinds = sorted({*before, *after}, key=lambda kind: (-after[kind], -before[kind], kind))
    return tuple(OperatorTime(kind, before[kind], after[kind]) for kind in kinds)


def _seconds(path: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in profile_file(path):
        found[row.operator or "(moving values)"] += row.seconds  # type: ignore[assignment]
    return found
