"""The page in a browser: it opens from disk, sorts, filters, leads where links say, and fits."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.browser import browser
from tests.reported_model import everything
from tools.report.page import page

CELLS = """
  return Array.from(document.querySelectorAll("#constant-table tbody tr:not([hidden])"),
    (row) => row.cells[{column}].textContent)
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page(everything()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def window(file, tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def opened(window, file):
    window.open(file)
    return window


def test_the_first_screen_names_the_problem_and_its_cure(opened):
    seen = opened.run("""
      return Array.from(document.querySelectorAll(".finding.bad, .finding.bad code"))
        .filter((each) => each.getBoundingClientRect().bottom <= innerHeight)
        .map((each) => each.textContent).join("\\n")
    """)
    assert "One value spoils channel 3 of a weight" in seen
    assert "keep_float = [" in seen


def test_a_click_on_a_title_sorts_by_numbers_and_another_turns_it(opened):
    sqnr = "#constant-table thead th:nth-child(4) button"
    order = "return document.querySelector('#constant-table th[aria-sort]').ariaSort"
    for direction in ("descending", "ascending"):
        opened.click(sqnr)
        numbers = [int(text.replace(",", "")) for text in opened.run(CELLS.format(column=3))]
        assert numbers == sorted(numbers, reverse=direction == "descending")
        assert opened.run(order) == direction


def test_a_filter_leaves_the_rows_that_have_its_words(opened):
    field = "input[data-table=constant-table]"
    opened.type(field, "second fully_connected")
    assert opened.run(CELLS.format(column=0)) == ["second"]
    opened.run(f"document.querySelector('{field}').value = ''")
    opened.type(field, "first")
    assert opened.run(CELLS.format(column=0)) == ["first"]


def test_a_link_leads_to_the_row_though_a_filter_hides_it(opened):
    opened.type("input[data-table=constant-table]", "second")
    opened.run("scrollTo(0, 0)")
    opened.click(".finding a[href='#constant-0-1']")
    row = "const row = document.getElementById('constant-0-1');"
    assert opened.run(f"{row} return !row.hidden && document.activeElement === row")
    assert opened.run(f"{row} return row.getBoundingClientRect().top < innerHeight")


def test_the_keyboard_reaches_every_control(opened):
    unreachable = opened.run("""
      return Array.from(document.querySelectorAll("button, input, .scroll"))
        .filter((each) => each.tabIndex < 0).length
    """)
    assert unreachable == 0
    assert opened.run("document.querySelector('.skip').focus(); return location.hash") == ""


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (500, False), (500, True)]
)
def test_nothing_runs_over_the_edge_and_colours_follow_the_system(file, tmp_path, width, dark):
    with browser(tmp_path, width, 900, dark) as opened:
        opened.open(file)
        assert opened.run("return document.documentElement.scrollWidth - innerWidth") <= 0
        pixels = np.asarray(Image.open(io.BytesIO(opened.screenshot())).convert("L"))
    assert pixels.shape[1] == width
    assert (np.median(pixels) < 64) == dark
    assert pixels.std() > 5, "the screenshot is empty"
