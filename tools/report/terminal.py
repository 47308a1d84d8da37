"""The report in about a dozen lines, for a terminal."""

from __future__ import annotations

from quant.finding import GOOD, NOTE
from quant.model_report import ModelReport
from tools.report.anchor import shortened
from tools.summary_text import check_line, evaluation_lines, line

FINDINGS_SHOWN = 4


def terminal_summary(report: ModelReport, path: str) -> str:
    """Size, metrics, thresholds, what was found and where the page is."""
    sizes = report.sizes
    text = f"{sizes.before:,} -> {sizes.after:,}, {sizes.ratio:.2f} times smaller"
    lines = [report.name, line("bytes", text)]
    if report.evaluation is not None:
        lines += evaluation_lines(report.evaluation)
    lines += [check_line(check) for check in report.checks]
    if report.layers:
        worst = min(report.layers, key=lambda each: (each.sqnr_db, each.name))
        where = f"{worst.sqnr_db:.1f} dB after {worst.kind} {shortened(worst.name)}"
        lines.append(line("layers", f"worst {where}, on {report.samples} samples"))
    for each in report.findings[:FINDINGS_SHOWN]:
        lines.append(line(_label(each.severity), each.title))
        lines += [line("", shortened(each.tensor))] if each.tensor else []
        lines += [line("", each.recipe)] if each.recipe else []
    return "\n".join([*lines, line("file", path)])


def _label(severity: str) -> str:
    return {GOOD: "good", NOTE: "note"}.get(severity, severity.upper())
