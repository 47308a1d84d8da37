"""LiteRT runs no type that this runtime refuses, but for those of the table."""

from dataclasses import replace

import pytest

from tools import litert
from tools.conformance import elementwise
from tools.conformance.missing_types import MISSING_TYPES, reason_of
from tools.conformance.type_audit import TYPES, Gap, gaps, refused

needs_litert = pytest.mark.skipif(litert.version() is None, reason="needs ai-edge-litert")


@needs_litert
def test_the_table_names_what_is_missing():
    """What XNNPACK does with float16 depends on the machine: not all of the table need be found."""
    found = {(gap.operator, gap.type) for gap in gaps()}
    table = {
        (name, type_) for row in MISSING_TYPES for name in row.operators for type_ in row.types
    }
    assert not found - table
    assert len(found) > len(table) // 2


def test_what_a_kernel_refuses_is_asked_about():
    family = next(f for f in elementwise.FAMILIES if "SIN" in f.operators)
    sines = replace(family, operators=("SIN",))
    types = {case.type for case, _, problem in refused([sines], 1) if "SIN" in problem}
    assert {"float64", "int32", "bool"} <= types
    assert "float32" not in types


def test_a_gap_without_a_reason():
    assert Gap("ADD", "float16", "").reason.startswith("float16 is what weights")
    assert Gap("ADD", "bool", "").reason == ""
    assert all(reason_of(row.operators[0], row.types[0]) == row.reason for row in MISSING_TYPES)
    assert {type_ for row in MISSING_TYPES for type_ in row.types} <= set(TYPES)
