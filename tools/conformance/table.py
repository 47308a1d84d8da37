"""The outcomes of many trials: a table of operators and tiers, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tools.conformance.runner import FAILED, PASSED, REFUSED, Outcome
from tools.conformance.tiers import TIERS

_MOST_FAILURES = 20


def _counts(outcomes: Iterable[Outcome]) -> Counter[tuple[str, str]]:
    return Counter((outcome.tier.name, outcome.status) for outcome in outcomes)


def _row(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Passed and compared for each tier, and how many the oracle did not compute."""
    counts = _counts(outcomes)
    tiers = {
        tier: {"passed": counts[tier, PASSED], "total": counts[tier, PASSED] + counts[tier, FAILED]}
        for tier in TIERS
    }
    refused = sum(counts[tier, REFUSED] for tier in TIERS)
    return {**tiers, "refused": refused}


def to_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """operator -> tier -> passed and total; the sum of all; and every failure."""
    names = sorted({outcome.case.operator for outcome in outcomes})
    return {
        "operators": {
            name: _row([o for o in outcomes if o.case.operator == name]) for name in names
        },
        "all": _row(outcomes),
        "cases": len({o.case.key for o in outcomes if o.status != REFUSED}),
        "failures": [
            {
                "case": o.case.text,
                "numerics": o.numerics,
                "tier": o.tier.name,
                "difference": str(o.difference),
                "detail": o.detail,
            }
            for o in outcomes
            if o.status == FAILED
        ],
    }


def lines(table: dict[str, Any]) -> list[str]:
    """The same to read."""
    rows = [*table["operators"].items(), ("all", table["all"])]
    width = max(len(name) for name, _ in rows)
    head = f"{'operator':{width}}  " + "  ".join(f"{tier:>13}" for tier in (*TIERS, "not compared"))
    body = [
        f"{name:{width}}  "
        + "  ".join(f"{_share(row[tier]):>13}" for tier in TIERS)
        + f"  {row['refused'] or '':>13}"
        for name, row in rows
    ]
    return [head, *body, f"{table['cases']} models, each in both numerics", *_failures(table)]


def _share(cell: dict[str, int]) -> str:
    return f"{cell['passed']} / {cell['total']}" if cell["total"] else ""


def _failures(table: dict[str, Any]) -> list[str]:
    failures = table["failures"]
    told = [
        f"FAIL {f['tier']}, {f['numerics']}: {f['case']} differs by {f['difference']} {f['detail']}"
        for f in failures[:_MOST_FAILURES]
    ]
    more = len(failures) - len(told)
    return [*told, *([f"... and {more} more"] if more else [])]
