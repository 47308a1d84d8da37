"""The dozen lines that say how small and how accurate a quantized model is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from quant.report import Report, TensorReport
from quant.scheme import FLOAT

if TYPE_CHECKING:  # they import the runtime, which quantizing does without
    from quant.evaluate import Evaluation, Score
    from quant.threshold import Check

INDENT = "  "
LABEL_WIDTH = 10
LONGEST_NAME = 56
WORST_SHOWN = 4
WORTH_A_LINE = 0.01
"""A constant that stays float is named if it is this share of all constants' bytes."""


def summary(
    name: str,
    report: Report | None = None,
    evaluation: Evaluation | None = None,
    checks: Sequence[Check] = (),
    path: str | None = None,
) -> str:
    """What is known of the model, in about 12 lines; what is not known takes none."""
    lines = [name]
    if report is not None:
        lines += size_lines(report)
    if evaluation is not None:
        lines += evaluation_lines(evaluation)
    lines += [check_line(check) for check in checks]
    if report is not None:
        lines += worst_lines(report)
    if path is not None:
        lines.append(line("file", path))
    return "\n".join(lines)


def size_lines(report: Report) -> list[str]:
    """The scheme, the bytes before and after, the ratio, how many constants are int8,
    and the largest that is not."""
    changed = [tensor for tensor in report.tensors if tensor.scheme != FLOAT]
    schemes = ", ".join(sorted({tensor.scheme for tensor in changed})) or FLOAT
    types = Counter(tensor.type.lower() for tensor in changed)
    stored = ", ".join(f"{count} {name}" for name, count in sorted(types.items())) or "none"
    counts = f"{stored} of {len(report.tensors)} constants"
    lines = [line("scheme", f"{schemes} for {report.target_runtime}: {counts}")]
    if report.ratio is not None:
        sizes = f"{report.bytes_before:,} -> {report.bytes_after:,}"
        lines.append(line("bytes", f"{sizes}, {report.ratio:.2f} times smaller"))
    kept = max((t for t in report.tensors if t not in changed), key=_bytes, default=None)
    if kept is not None and kept.bytes_before >= WORTH_A_LINE * sum(map(_bytes, report.tensors)):
        lines.append(line("float", f"{_short(kept.name)}, {kept.bytes_before:,} bytes"))
        lines.append(line("", kept.reason))
    return lines


def _bytes(tensor: TensorReport) -> int:
    return tensor.bytes_before


def evaluation_lines(evaluation: Evaluation) -> list[str]:
    """The metrics of both models, and how far their outputs are apart."""
    lines = [
        line(metric, f"{_values(score)} on {evaluation.samples:,} samples")
        for metric, score in evaluation.scores.items()
    ]
    if evaluation.output_sqnr_db is not None:
        lines.append(line("outputs", f"SQNR {evaluation.output_sqnr_db:.1f} dB against float"))
    return lines


def _values(score: Score) -> str:
    if score.float_value is None:
        return f"{score.value:.4f}"
    return f"float {score.float_value:.4f}, quantized {score.value:.4f}"


def check_line(check: Check) -> str:
    """The threshold, whether it is met, and the margin."""
    verdict = "PASS" if check.passed else "FAIL"
    return line(verdict, f"{check.name}: {check.value:.4f}, margin {check.margin:+.4f}")


def worst_lines(report: Report) -> list[str]:
    """The weights that int8 holds least exactly, with what to do."""
    return [
        line("worst" if i == 0 else "", f"{worst.sqnr_db:.1f} dB  {_short(worst.name)}")
        + f"\n{line('', worst.advice)}" * (i == 0 or "keep_float" in worst.advice)
        for i, worst in enumerate(report.worst[:WORST_SHOWN])
    ]


def line(label: str, text: str) -> str:
    """A label and what it says, aligned with the others."""
    return f"{INDENT}{label:<{LABEL_WIDTH}}{text}"


def _short(name: str) -> str:
    """The name with its middle left out where it is long: both ends tell most."""
    if len(name) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - 3) // 2
    return f"{name[:half]}...{name[-half:]}"
