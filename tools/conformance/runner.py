"""Runs cases here and by an oracle, and says how they agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kernels.errors import TfliteQuantError
from kernels.node import NUMERICS, Array
from tools import litert
from tools.conformance.case import Built, Case, run
from tools.conformance.litert_errors import litert_error
from tools.conformance.tiers import Tier, agrees, difference, tier_of

PASSED, FAILED, REFUSED = ("passed", "failed", "refused")
"""As close as its tier asks; not so, or an error of ours; not computed by the oracle."""


@dataclass(frozen=True)
class Outcome:
    """A case in one numerics. ``detail`` says what went wrong, ``difference`` how far."""

    case: Case
    numerics: str
    tier: Tier
    status: str
    difference: float = 0.0
    detail: str = ""


@dataclass(frozen=True)
class Trial:
    """A case that can run, in one numerics."""

    case: Case
    numerics: str
    built: Built

    @property
    def tier(self) -> Tier:
        """How closely it must agree."""
        return tier_of(self.case.operator, self.case.type, self.numerics)

    @property
    def litert_error(self) -> str:
        """How LiteRT errs here; "" if it does not."""
        return litert_error(self.case.operator, dict(self.case.point), self.numerics)

    def request(self) -> litert.Request:
        """The same for LiteRT."""
        return litert.Request(self.built.content, self.built.feeds, self.numerics)

    def judge(self, expected: litert.Answer) -> Outcome:
        """Ours against what the oracle expects."""
        if isinstance(expected, litert.Refusal):
            return self.outcome(REFUSED, detail=expected.reason)
        try:
            ours = run(self.built, self.numerics)
        except TfliteQuantError as error:
            return self.outcome(FAILED, float("inf"), error.problem)
        return self.judge_values(ours, expected)

    def outcome(self, status: str, apart: float = 0.0, detail: str = "") -> Outcome:
        """An outcome of this trial."""
        return Outcome(self.case, self.numerics, self.tier, status, apart, detail)

    def judge_values(self, ours: Sequence[Array], theirs: Sequence[Array]) -> Outcome:
        """Our outputs against the expected ones."""
        if len(ours) != len(theirs):
            return self.outcome(FAILED, np.inf, f"{len(ours)} outputs instead of {len(theirs)}")
        pairs = list(zip(ours, theirs, strict=True))
        apart = max(difference(a, b) for a, b in pairs)
        passed = all(agrees(self.tier, a, b) for a, b in pairs)
        shapes = "" if passed else f"{_kinds(ours)} here, {_kinds(theirs)} there"
        return self.outcome(PASSED if passed else FAILED, apart, shapes)


def _kinds(values: Sequence[Array]) -> str:
    return ", ".join(f"{value.dtype}{list(value.shape)}" for value in values)


def trials(cases: Sequence[Case]) -> Iterator[Trial]:
    """Every case that a kernel takes, in every numerics."""
    for case in cases:
        built = case.build()
        if built is not None:
            for numerics in NUMERICS:
                yield Trial(case, numerics, built)


def against_litert(cases: Sequence[Case]) -> Iterator[Outcome]:
    """The outcomes of all trials. Raises InputError if LiteRT is not installed."""
    for trial, answer in answered(list(trials(cases))):
        yield trial.judge(answer)


def answered(ready: Sequence[Trial]) -> Iterator[tuple[Trial, litert.Answer]]:
    """Every trial with what LiteRT answers, which is not asked where it errs: it may write where
    it should not, and answer wrongly from then on."""
    answers = litert.answers(trial.request() for trial in ready if not trial.litert_error)
    for trial in ready:
        yield trial, litert.Refusal(trial.litert_error) if trial.litert_error else next(answers)
