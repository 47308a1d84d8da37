"""All cases: the tables of all families."""

from __future__ import annotations

from tools.conformance import (
    blockwise,
    elementwise,
    images,
    indexing,
    pairs,
    particular,
    products,
    shaping,
    windows,
)
from tools.conformance.case import Case, cases_of

FAMILIES = (
    *elementwise.FAMILIES,
    *pairs.FAMILIES,
    *windows.FAMILIES,
    *products.FAMILIES,
    *shaping.FAMILIES,
    *indexing.FAMILIES,
    *images.FAMILIES,
    *particular.FAMILIES,
    *blockwise.FAMILIES,
)
OPERATORS = tuple(sorted({name for family in FAMILIES for name in family.operators}))
"""The operators that have cases."""


def cases(operator: str | None = None) -> tuple[Case, ...]:
    """The cases of one operator or of all; those that no kernel takes are among them."""
    every = (case for family in FAMILIES for case in cases_of(family))
    return tuple(case for case in every if operator in (None, case.operator))
