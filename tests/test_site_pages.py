"""Links of the source tree as links of the site."""

import pytest

from tools.site_pages import site_text


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("[a](docs/rules.md#x)", "README.md", "[a](rules.md#x)"),
        ("![a](docs/report.png)", "README.md", "![a](report.png)"),
        ("[a](CHANGELOG.md)", "README.md", "[a](changelog.md)"),
        ("[a](examples/ios/BUILD)", "README.md", "a"),
        ("[a](../README.md#try-it)", "docs/tutorial.md", "[a](index.md#try-it)"),
        ("[a](../examples/ios/BUILD)", "docs/ios.md", "a"),
        ("[a](rules.md)", "docs/tutorial.md", "[a](rules.md)"),
        ("[a](../results.md)", "docs/decisions/0001.md", "[a](../results.md)"),
        ("[a](#below)", "docs/rules.md", "[a](#below)"),
        ("[a](https://example.com/b.md)", "README.md", "[a](https://example.com/b.md)"),
    ],
)
def test_links(text, source, expected):
    assert site_text(f"See {text}.", source) == f"See {expected}."
