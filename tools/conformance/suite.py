"""All cases: the tables of all families."""

from __future__ import annotations

from tools.conformance import (
    blockwise,
    control_flow,
    elementwise,
    images,
    indexing,
    integer_recurrent,
    lstm,
    pairs,
    particular,
    products,
    recurrent,
    shaping,
    text,
    windows,
)
from tools.conformance.case import Case, cases_of

FAMILIES = (
    *elementwise.FAMILIES,
    *pairs.FAMILIES,
    *windows.FAMILIES,
    *products.FAMILIES,
    *recurrent.FAMILIES,
    *lstm.FAMILIES,
    *integer_recurrent.FAMILIES,
    *shaping.FAMILIES,
    *indexing.FAMILIES,
    *images.FAMILIES,
    *particular.FAMILIES,
    *blockwise.FAMILIES,
    *control_flow.FAMILIES,
    *text.FAMILIES,
)
OPERATORS = tuple(sorted({name for family in FAMILIES for name in family.operators}))
"""The operators that have cases."""


def cases(operator: str | None = None) -> tuple[Case, ...]:
    """The cases of one operator or of all; those that no kernel takes are among them."""
    every = (case for family in FAMILIES for case in cases_of(family))
    return tuple(case for case in every if operator in (None, case.operator))
