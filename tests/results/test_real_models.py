"""Rows of the tables."""

from quant.accuracy_budget import Point, Search
from quant.recipe import Recipe
from tools.results import budgets, calibrated, real_models
from tools.results.fidelity import Fidelity


def fidelity(size, accuracy=None, sqnr=None):
    return Fidelity(size, accuracy, sqnr, 0.0)


FOUND = {
    "float": fidelity(1000, 0.9),
    "dyn": fidelity(300, 0.8, 30.0),
    "lq": fidelity(280, 0.85, 31.0),
    "ours": fidelity(250, 0.89, 35.25),
}


def test_a_row_has_every_column():
    cells = real_models.row("tiny", FOUND, 20)
    assert len(cells) == len(real_models._HEAD)
    assert cells[:6] == ["tiny", "1,000", "300", "280", "**250**", "4.00"]
    assert cells[6:11] == ["0.9000", "0.8000", "0.8500", "0.8900", "20"]
    assert cells[11:] == ["30.0", "31.0", "35.2", "0"]


def test_what_is_not_known_is_a_dash():
    unlabelled = {kind: fidelity(each.bytes) for kind, each in FOUND.items()}
    cells = real_models.row("tiny", unlabelled, 20)
    assert cells[6:10] == ["-"] * 4
    assert cells[11:14] == ["-"] * 3


def test_integers():
    found = {
        "float": fidelity(1000, 0.9),
        "int8": fidelity(300, 0.8, 20.0),
        "full_integer": fidelity(290, 0.85, 21.0),
        "int16x8": fidelity(310, 0.9, 40.0),
    }
    cells = calibrated.integer_row("tiny", found)
    assert len(cells) == len(calibrated._INTEGER_HEAD)
    assert cells == [
        *("tiny", "300", "290", "0.9000", "0.8000", "0.8500", "20.0", "21.0", "0.9000", "40.0")
    ]


def test_a_mix_says_how_many_have_which_scheme():
    point = Point(100, 0.0, 1.5, {"dynamic_range": 2, "int4": 3})
    assert budgets.mix(Search(Recipe(), point, (point,))) == "2 dynamic_range, 3 int4"
