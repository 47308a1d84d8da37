from tools.report.element import html
from tools.report.table import Cell, Column, Row, table

COLUMNS = (Column("Name", "what"), Column("Bytes", "how many", is_number=True))


def test_cells_say_by_what_they_are_sorted():
    rows = [Row("first", [Cell("w"), Cell("1,000", 1000)]), Row(None, [Cell("v"), Cell("–")])]
    text = html(table("t", "Sizes", COLUMNS, rows, has_filter=True))
    assert '<td class="number" data-value="1000">1,000</td>' in text
    assert '<td class="number">–</td>' in text
    assert '<tr id="first" tabindex="-1"><th scope="row">w</th>' in text
    assert "<caption>Sizes</caption>" in text
    assert 'data-table="t"' in text
