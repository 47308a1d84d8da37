"""What a notebook shows of a plan, a report, a result and a search: small tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernels.html_table import html_table

if TYPE_CHECKING:
    from quant.accuracy_budget import Search
    from quant.model_report import ModelReport
    from quant.plan import Plan
    from quant.quantizer import Result
    from quant.report import Report


def plan_html(plan: Plan) -> str:
    """What becomes of each constant, the largest first, and why."""
    rows = [
        (each.name, "x".join(map(str, each.shape)), each.bytes, each.scheme, each.reason)
        for each in sorted(plan.constants, key=lambda each: (-each.bytes, each.name))
    ]
    head = ("constant", "shape", "bytes", "scheme", "why")
    return html_table(f"Plan for {plan.target_runtime}", head, rows)


def report_html(report: Report) -> str:
    """How small each constant has become and how exact it is, the least exact first."""
    rows = [
        (each.name, each.type.lower(), each.bytes_before, each.bytes_after, each.sqnr_db)
        for each in sorted(report.tensors, key=lambda each: (_exactness(each.sqnr_db), each.name))
    ]
    head = ("constant", "type", "bytes before", "after", "SQNR dB")
    return html_table(_sizes(report.bytes_before, report.bytes_after), head, rows)


def model_report_html(report: ModelReport) -> str:
    """What was found, the most severe first."""
    rows = [
        (each.severity, each.title, each.tensor or "", each.recipe or "")
        for each in report.findings
    ]
    sizes = _sizes(report.sizes.before, report.sizes.after)
    head = ("", "finding", "tensor", "recipe")
    return html_table(f"{report.name}: {sizes}", head, rows)


def result_html(result: Result) -> str:
    """The report, and the search if there was one."""
    found = report_html(result.report)
    return found if result.search is None else found + search_html(result.search)


def search_html(search: Search) -> str:
    """The front: the measured mixes that no other beats, the largest first."""
    rows = [
        (
            ", ".join(f"{count} {name}" for name, count in point.schemes.items()),
            point.bytes,
            point.drop,
            point.estimated_ms,
            "chosen" if point == search.chosen else "",
        )
        for point in search.front
    ]
    head = ("mix", "bytes", f"drop of {search.recipe.metric}", "about ms", "")
    return html_table("Within the accuracy budget", head, rows)


def _exactness(sqnr_db: float | None) -> float:
    return float("inf") if sqnr_db is None else sqnr_db


def _sizes(before: int | None, after: int | None) -> str:
    if not before or not after:
        return "Report"
    return f"{before:,} -> {after:,} bytes, {before / after:.2f} times smaller"
