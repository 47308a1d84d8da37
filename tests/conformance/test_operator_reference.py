"""docs/operators.md is what its program writes."""

from pathlib import Path

from kernels.operators import OPERATORS
from tools import operator_reference
from tools.conformance.golden import read_golden

GOLDEN = Path(__file__).with_name("golden.npz")
PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "operators.md"


def test_the_page_is_up_to_date(tmp_path):
    operator_reference.main(str(GOLDEN), str(tmp_path / "operators.md"))
    made = (tmp_path / "operators.md").read_text(encoding="utf-8")
    assert made == PAGE.read_text(encoding="utf-8"), (
        "write it again: python -m tools.operator_reference tests/conformance/golden.npz "
        "docs/operators.md"
    )
    assert all(f"| {name} |" in made for name in OPERATORS if OPERATORS[name].kernel)


def test_what_the_golden_file_lacks_is_not_said_to_agree():
    golden = read_golden(GOLDEN)
    empty = type(golden)({}, {}, golden.record)
    body = operator_reference.page(empty).split("## Why not exact")[0]
    rows = [line for line in body.splitlines() if line.startswith("| ADD |")]
    assert len(rows) == 1
    assert "exact:" not in rows[0]
    assert "not compared:" in rows[0]
