"""docs/rules.md is what its program writes."""

import re

from tests import checkout
from tools import rule_reference
from tools.starlark_definitions import definitions


def root():
    return checkout.path("rules/defs.bzl").parent.parent


def test_the_page_is_up_to_date(tmp_path):
    rule_reference.main(str(root()), str(tmp_path / "rules.md"))
    made = (tmp_path / "rules.md").read_text(encoding="utf-8")
    assert made == checkout.path("docs/rules.md").read_text(encoding="utf-8"), (
        "write it again: python -m tools.rule_reference . docs/rules.md"
    )


def test_everything_public_is_described():
    for name, definition in definitions(root(), rule_reference.PUBLIC).items():
        assert definition.doc.strip(), name
        described = getattr(definition, "fields", None) or {
            key: attribute.doc for key, attribute in definition.attributes.items() if key[0] != "_"
        }
        assert all(described.values()), name


def test_every_export_has_a_section_and_a_line_of_contents():
    page = rule_reference.page(root())
    exported = re.findall(r"^(\w+) = _\w+$", checkout.path("rules/defs.bzl").read_text(), re.M)
    assert exported
    assert re.findall(r"^## (\w+)$", page, re.M) == exported
    assert re.findall(r"^\* \[(\w+)\]", page, re.M) == exported


def test_bars_do_not_break_a_table(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/defs.bzl").write_text(
        'r = rule(doc = "D.", attrs = {"a": attr.string(doc = "x |\\n y")})'
    )
    assert "| `a` | string |  | x \\| y |" in rule_reference.page(tmp_path)
