import pytest

from tools.report.element import html, tag


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (tag("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (tag("p", "a", tag("b", "c"), "d"), "<p>a<b>c</b>d</p>"),
        (tag("p", None, [tag("i"), None, "x"]), "<p><i></i>x</p>"),
        (tag("a", class_="x", aria_label='"', href=None), '<a class="x" aria-label="&quot;"></a>'),
        (tag("meta", name="n"), '<meta name="n">'),
        (tag("script", "a < b"), "<script>a < b</script>"),
    ],
)
def test_elements(made, text):
    assert html(made) == f"<!DOCTYPE html>\n{text}\n"
