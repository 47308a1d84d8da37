"""What notebooks show: well-formed, escaped tables without scripts."""

from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from kernels.html_table import MOST_ROWS, html_table
from quant.make_model_report import Known, make_model_report
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.budget_front import small_search
from tests.build_model import Operation, constant, graph, tensor
from tests.dense_model import dense_model
from tests.float_models import lstm

EVIL = "<script>alert('&')</script>"


def evil_model():
    x, y = tensor(EVIL, (1, 3)), tensor("y", (1, 3))
    return graph([Operation("MUL", [x, constant(EVIL, [2.0])], [y])], [x], [y])


def shown():
    before = dense_model()
    result = quantize(before, Recipe(min_elements=0))
    evil = quantize(evil_model(), Recipe(min_elements=0))
    models = (before, result.model)
    return {
        "model": before,
        "recurrent model": lstm(),
        "evil model": evil_model(),
        "result": result,
        "evil result": evil,
        "plan": evil.plan,
        "report": result.report,
        "model report": make_model_report(EVIL, models, (30, 20), Known(result.report)),
        "search": small_search(EVIL),
    }


SHOWN = shown()


@pytest.mark.parametrize("name", SHOWN)
def test_tables_are_well_formed_and_escaped(name):
    text = SHOWN[name]._repr_html_()
    assert EVIL not in text
    tags = {each.tag for each in fromstring(f"<div>{text}</div>").iter()}
    assert (
        {"table", "caption", "tr", "td"} <= tags <= {*("div", "table", "caption", "tr", "th", "td")}
    )


def test_a_result_with_a_search_shows_both():
    text = replace(SHOWN["result"], search=small_search())._repr_html_()
    assert text.count("<table>") == 2
    assert "chosen" in text


@pytest.mark.parametrize("count", [0, 1, MOST_ROWS, MOST_ROWS + 3])
def test_long_tables_are_cut_and_say_so(count):
    root = fromstring(html_table("c", ("name", "n"), [(f"row {i}", i) for i in range(count)]))
    rows = root.findall("tr")
    assert len(rows) == 1 + min(count, MOST_ROWS) + (count > MOST_ROWS)
    assert ("and 3 more" in "".join(root.itertext())) == (count > MOST_ROWS)


def test_values_are_told_as_people_read_them():
    root = fromstring(html_table("c", ("a", "b", "c"), [(None, 1234567, 0.123456)]))
    assert [each.text for each in root.iter("td")] == ["\N{EN DASH}", "1,234,567", "0.1235"]
