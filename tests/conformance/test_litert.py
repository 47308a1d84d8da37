"""Every operator against the LiteRT that is installed."""

import pytest

from tools import litert
from tools.conformance.runner import FAILED, PASSED, against_litert
from tools.conformance.suite import OPERATORS, cases

pytestmark = pytest.mark.skipif(
    litert.version() is None, reason="needs LiteRT: pip install ai-edge-litert"
)
GROUP = 16
"""Operators of one test: each starts LiteRT's processes anew."""
GROUPS = [OPERATORS[start : start + GROUP] for start in range(0, len(OPERATORS), GROUP)]


@pytest.mark.parametrize("operators", GROUPS, ids=lambda group: f"{group[0]}-{group[-1]}")
def test_equals_litert(operators):
    outcomes = list(against_litert([case for name in operators for case in cases(name)]))
    failed = [(o.case.text, o.numerics, o.difference) for o in outcomes if o.status == FAILED]
    assert not failed
    passed = {o.case.operator for o in outcomes if o.status == PASSED}
    assert passed == {*operators} & {o.case.operator for o in outcomes}
