"""Every operator with every type: which of them LiteRT runs and this runtime refuses.

``python -m tools.conformance.type_audit`` prints them and exits with code 1 if one is not in the
table of ``missing_types``. The models are those of the conformance suite in other types.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kernels.errors import TfliteQuantError, UnsupportedOperatorError
from kernels.node import NUMERICS
from tools import litert
from tools.conformance import control_flow
from tools.conformance.case import Built, Case, Family, cases_of, run
from tools.conformance.litert_errors import litert_error
from tools.conformance.missing_types import reason_of
from tools.conformance.suite import FAMILIES

TYPES = (
    *("float32", "float16", "bfloat16", "float64", "int8", "uint8", "int16", "int32"),
    *("int64", "uint32", "bool", "string", "plain-int8", "plain-int16"),
)
"""Element types of the activations; types of weights are in the suite."""
_FOREIGN = (KeyError, ValueError, TypeError, AssertionError, OverflowError, TfliteQuantError)
"""What a sketch raises that is not made for a type, and what a model of it may be wrong in."""
_NO_SCALE = "has 0 scales"


@dataclass(frozen=True)
class Gap:
    """An operator and a type that LiteRT runs and this runtime refuses, with our ``problem``."""

    operator: str
    type: str
    problem: str

    @property
    def reason(self) -> str:
        """Why, by the table; "" if it does not say."""
        return reason_of(self.operator, self.type)


def _points(family: Family, points: int) -> Iterator[Case]:
    """The first ``points`` of each operator, in every type."""
    first = family.axes["type"][0]
    for operator in family.operators:
        known = [c for c in cases_of(family) if (c.operator, c.type) == (operator, first)]
        for case in known[:: max(1, len(known) // points)][:points]:
            rest = tuple(pair for pair in case.point if pair[0] != "type")
            for type_ in TYPES:
                yield replace(case, point=(("type", type_), *rest))


def _content(case: Case) -> Built | None:
    """None if it is no model, or one that a kernel takes."""
    try:
        built = case.unshaped()
        if built is None or not built.content:
            return None
    except _FOREIGN:
        return None
    return built


def _problem(built: Built) -> str:
    """Why this runtime refuses the types; "" if it does not, or if a scale is missing."""
    try:
        run(built.first(), NUMERICS[0])
    except UnsupportedOperatorError as error:
        return "" if _NO_SCALE in error.problem else error.problem
    except TfliteQuantError:
        return ""
    return ""


def refused(families: Iterable[Family], points: int) -> Iterator[tuple[Case, Built, str]]:
    """Models that this runtime refuses for their types. Operators that run others are left out:
    they hand any type on."""
    for family in families:
        for case in () if family in control_flow.FAMILIES else _points(family, points):
            built = _content(case)
            problem = "" if built is None else _problem(built)
            if built is not None and problem:
                yield case, built, problem


def gaps(families: Sequence[Family] = FAMILIES, points: int = 2) -> tuple[Gap, ...]:
    """What LiteRT runs, in either numerics, and this runtime refuses. Raises InputError if
    LiteRT is not installed."""
    asked = [
        (case, built, problem, numerics)
        for case, built, problem in refused(families, points)
        for numerics in NUMERICS
        if not litert_error(case.operator, dict(case.point), numerics)
    ]
    requests = [litert.Request(built.content, built.feeds, name) for _, built, _, name in asked]
    answers = litert.answers(requests)
    found = {
        (case.operator, case.type): Gap(case.operator, case.type, problem)
        for (case, _, problem, _), answer in zip(asked, answers, strict=True)
        if not isinstance(answer, litert.Refusal)
    }
    return tuple(found[key] for key in sorted(found))


def main() -> int:
    """Prints all gaps; 1 if one has no reason."""
    found = gaps()
    for gap in found:
        print(f"{gap.operator} {gap.type}: {gap.reason or 'UNKNOWN: ' + gap.problem}")
    return int(any(not gap.reason for gap in found))


if __name__ == "__main__":
    sys.exit(main())
