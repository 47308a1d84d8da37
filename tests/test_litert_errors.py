"""Where LiteRT errs: the table is of cases that there are, and nothing is compared in them."""

import pytest

from tools.conformance.litert_errors import ERRORS, litert_error
from tools.conformance.runner import REFUSED, answered, trials
from tools.conformance.suite import cases
from tools.litert import Refusal


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{error.operator} {error.where}")
def test_an_error_is_of_some_cases_and_not_of_all(error):
    every = list(trials(cases(error.operator)))
    of = [t for t in every if error.concerns(t.case.operator, dict(t.case.point), t.numerics)]
    assert 0 < len(of) < len(every)
    ((trial, answer),) = answered(of[:1])
    assert answer == Refusal(error.reason)
    assert trial.judge(answer).status == REFUSED


def test_where_litert_does_not_err():
    assert not litert_error("ADD", {"type": "float32"}, "reference")
    assert not litert_error("SUM", {"type": "int8"}, "xnnpack")


def test_the_point_is_told():
    told = {error.where for error in ERRORS if error.operator == "BIDIRECTIONAL_SEQUENCE_RNN"}
    assert told == {"time_major False, auxiliary stacked", "time_major True, time 4"}
