"""The page of what quantizing takes: medians, ratios of the same round, shares of the file."""

from tools.bench.quantizing_cost import OURS, THEIRS, Cost, Measurement, Run
from tools.bench.quantizing_page import page

MIB = 1 << 20
OURS_COST = Cost(
    [Run(1, 2, 3), Run(2, 4, 3), Run(30, 60, 3)], peak=3 * MIB, before=0, written=5 * MIB
)
THEIR_COST = Cost(
    [Run(2, 2, 4), Run(2, 2, 4), Run(60, 20, 6)], peak=15 * MIB, before=0, written=10 * MIB
)


def row(costs):
    """The cells of the model's row."""
    text = page([Measurement("some model", 20 * MIB, costs)], {"date": "today"})
    assert text.endswith("\ndate today.\n")
    (line,) = (line for line in text.splitlines() if line.startswith("| some model"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_both():
    assert row({OURS: OURS_COST, THEIRS: THEIR_COST}) == [
        *("some model", "21.0"),
        *("2.00", "2.00", "0.50", "2.00", "4.00", "2.00"),
        *("4.00", "3.00", "0.75"),
        *("15.0", "3.00", "0.75", "0.15", "2.00", "4.00"),
    ]


def test_ours_alone():
    cells = row({OURS: OURS_COST})
    assert cells[2:8] == ["-", "2.00", "-", "-", "4.00", "-"]
    assert cells[8:11] == ["-", "3.00", "-"]
    assert cells[11:] == ["-", "3.00", "-", "0.15", "-", "4.00"]
