"""Links between pages lead somewhere; no network is asked."""

import pytest

from tests import markdown

PAGES = {"/".join(page.parts[-2:]): page for page in markdown.pages()}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_links_lead_to_files_and_titles(page):
    for link in markdown.links(page):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), f"{page.name} links to {link}"
        if anchor:
            assert anchor in markdown.anchors(target), f"{page.name} links to {link}"


def test_links_anchors_and_blocks_of_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# A `b_c` of [d](d.md), e\n[x](y.md#z) ![p](p.png) `[no](no.md)`\n"
        "```sh\n# no title\n[no](no.md)\n```\n"
    )
    assert markdown.anchors(page) == ["a-b_c-of-d-e"]
    assert markdown.links(page) == ["d.md", "y.md#z", "p.png"]
    assert markdown.blocks(page) == [markdown.Block("sh", "# no title\n[no](no.md)\n")]


def test_the_pages_are_found():
    assert {"rules.md", "README.md", "tutorial.md"} <= {page.name for page in markdown.pages()}
