"""The page as a tree: what every page must have, whatever is known of the model."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.reported_model import everything, nothing
from tools.report.page import page

SECTIONS = ["findings", "size", "layers", "sensitivity", "histograms", "front", "time", "constants"]
VOID = {"meta", "input"}


class Tree(HTMLParser):
    """Collects elements with their attributes, and sees that all are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, name, attributes):
        self.elements.append((name, dict(attributes)))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def having(self, key):
        return [attributes[key] for _, attributes in self.elements if key in attributes]


@pytest.fixture(scope="module")
def text():
    return page(everything())


def test_every_section_is_there_and_linked(text):
    tree = Tree(text)
    found = [attributes.get("id") for name, attributes in tree.elements if name == "section"]
    assert found == SECTIONS
    assert {f"#{each}" for each in SECTIONS} <= {*tree.having("href")}


@pytest.mark.parametrize("make", [everything, nothing])
def test_links_lead_somewhere_and_ids_are_unique(make):
    tree = Tree(page(make()))
    ids = tree.having("id")
    assert len(ids) == len({*ids})
    assert {href.removeprefix("#") for href in tree.having("href")} <= {*ids}


def test_it_needs_nothing_else(text):
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert not re.search(r"https?://|@import|url\(", text)
    assert "default-src 'none'" in text


def test_the_same_report_makes_the_same_bytes(text):
    assert page(everything()) == text


def test_the_first_screen_tells_what_is_wrong(text):
    start = text[text.index("<body>") : text.index('id="size"')]
    assert "2.25\N{MULTIPLICATION SIGN}<" in start
    assert ">FAIL<" in start
    assert "One value spoils channel 3 of a weight" in start
    assert "keep_float = [" in start


def test_without_metrics_the_first_screen_has_the_last_layer_of_the_main_graph():
    made = everything()
    inner = replace(made.layers[1], subgraph=1, sqnr_db=77.7)
    text = page(replace(made, evaluation=None, layers=(made.layers[0], inner), graphs=("a", "b")))
    start = text[: text.index('id="findings"')]
    assert f"{made.layers[0].sqnr_db:.1f} dB" in start
    assert "77.7 dB" not in start


def test_images_and_tables_have_names(text):
    tree = Tree(text)
    for name, attributes in tree.elements:
        if attributes.get("role") in ("img", "region") or name == "input":
            assert attributes["aria-label"], (name, attributes)
    assert text.count("<caption>") == text.count("<table")


def test_what_is_not_known_is_left_out():
    tree = Tree(page(nothing()))
    found = [attributes.get("id") for name, attributes in tree.elements if name == "section"]
    assert found == ["findings", "size", "layers", "histograms", "constants"]


def test_names_are_text_and_never_markup():
    made = everything()
    evil = "<script>alert('x')</script>\"&"
    constants = tuple(replace(each, name=evil + each.name) for each in made.constants)
    layers = tuple(replace(each, name=evil + each.name) for each in made.layers)
    text = page(replace(made, name=evil, constants=constants, layers=layers))
    assert text.count("<script>") == 1
    Tree(text)
