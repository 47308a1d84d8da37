"""docs/cli.md is what its program writes."""

from tests import checkout
from tools import cli, cli_reference


def test_the_page_is_up_to_date(tmp_path):
    cli_reference.main(str(tmp_path / "cli.md"))
    made = (tmp_path / "cli.md").read_text(encoding="utf-8")
    assert made == checkout.path("docs/cli.md").read_text(encoding="utf-8"), (
        "write it again: python -m tools.cli_reference docs/cli.md"
    )


def test_every_command_has_a_section_and_a_link():
    page = cli_reference.page()
    for name in cli.tflq.table:
        assert f"\n## tflq {name}\n" in page
        assert f"[{name}](#tflq-{name})" in page
    assert "\n### tflq pack files\n" in page
