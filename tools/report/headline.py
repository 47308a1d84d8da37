"""The first screen: how small, how accurate, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from quant.evaluate import Score
from quant.finding import Finding
from quant.model_report import ModelReport
from quant.threshold import Check
from tools.report.anchor import anchors, named
from tools.report.element import Child, tag
from tools.report.number import decibels, score, signed, with_signs

ARROW = " \N{RIGHTWARDS ARROW} "
_SEVERITY_WORDS: Mapping[str, str] = {
    "bad": "Problem",
    "warning": "Warning",
    "note": "Note",
    "good": "Good",
}


def headline(report: ModelReport) -> Element:
    """The name, the verdict and a card for each number."""
    return tag(
        "header",
        tag("p", "Quantization report", class_="kind"),
        tag("div", tag("h1", report.name), _verdict(report), class_="title"),
        tag("p", _subtitle(report), class_="subtitle"),
        tag("div", list(_cards(report)), class_="cards"),
    )


def _verdict(report: ModelReport) -> Element | None:
    if report.passed is None:
        return None
    word = "PASS" if report.passed else "FAIL"
    return tag("strong", word, class_=f"verdict {word.lower()}")


def _subtitle(report: ModelReport) -> str:
    schemes = sorted({each.scheme for each in report.constants if each.is_changed and each.scheme})
    changed = sum(each.is_changed for each in report.constants)
    parts = [", ".join(schemes)] if schemes else []
    parts += [f"for {report.target_runtime}"] if report.target_runtime else []
    parts.append(f"{changed} of {len(report.constants)} constants quantized")
    return " \N{MIDDLE DOT} ".join(parts)


def _cards(report: ModelReport) -> Iterator[Element]:
    sizes = report.sizes
    share = sizes.after / sizes.before
    bar = tag("div", tag("i", style=f"width:{min(1.0, share):.2%}"), class_="share")
    detail = f"{sizes.before:,}{ARROW}{sizes.after:,} bytes"
    ratio = f"{sizes.ratio:.2f}\N{MULTIPLICATION SIGN}"
    yield _card("Size", [ratio, tag("small", " smaller")], detail, bar)
    evaluation = report.evaluation
    if evaluation is not None:
        for metric, found in evaluation.scores.items():
            yield _score_card(metric, found, evaluation.samples)
        if evaluation.output_sqnr_db is not None:
            text = f"{decibels(evaluation.output_sqnr_db)} dB"
            yield _card("Outputs", text, "SQNR against the float model")
    elif main := [each for each in report.layers if each.subgraph == 0]:
        last = main[-1]
        detail = f"SQNR of the last layer, {report.samples} samples"
        yield _card("Outputs", f"{decibels(last.sqnr_db)} dB", detail)
    for check in report.checks:
        yield _check_card(check)


def _score_card(metric: str, found: Score, samples: int) -> Element:
    detail = f"on {samples:,} samples"
    if found.float_value is not None:
        detail = f"float {score(found.float_value)}, {detail}"
    return _card(metric, score(found.value), detail)


def _check_card(check: Check) -> Element:
    word = "PASS" if check.passed else "FAIL"
    detail = f"{score(check.value)}, margin {signed(f'{check.margin:+.4f}')}"
    return _card(with_signs(check.name), word, detail, mark=word.lower())


def _card(
    title: str,
    text: Child | Sequence[Child],
    detail: str,
    more: Element | None = None,
    mark: str = "",
) -> Element:
    return tag(
        "div",
        tag("h2", title),
        tag("p", text, class_="value"),
        more,
        tag("p", detail, class_="detail"),
        class_=f"card {mark}".strip(),
    )


def findings_section(report: ModelReport) -> Element:
    """What was found, the worst first, each with the line that cures it."""
    rows = anchors(report)
    found = [
        _finding(each, rows.get((each.subgraph, each.tensor or ""))) for each in report.findings
    ]
    return tag(
        "section", tag("h2", "What to do"), tag("ul", found, class_="findings"), id="findings"
    )


def _finding(finding: Finding, target: str | None) -> Element:
    where = named(finding.tensor, target) if finding.tensor is not None else None
    return tag(
        "li",
        tag("span", _SEVERITY_WORDS[finding.severity], class_="badge"),
        tag("h3", with_signs(finding.title)),
        tag("p", where, class_="where") if where is not None else None,
        tag("p", finding.text),
        _recipe(finding.recipe),
        class_=f"finding {finding.severity}",
    )


def _recipe(line: str | None) -> Element | None:
    if line is None:
        return None
    button = tag("button", "Copy", type="button", class_="copy screen", aria_label=f"Copy {line}")
    return tag("p", tag("code", line), button, class_="recipe")
