import pytest

from tools.bench import table


def test_columns_are_as_wide_as_their_widest_cell():
    assert table.aligned(("a", "bcd"), [("long", "1"), ("x", "12345")]) == [
        "a       bcd",
        "long      1",
        "x     12345",
    ]


def test_markdown_has_a_rule_below_the_head():
    assert table.markdown(("a", "b"), [("x", "1")]) == ["| a | b |", "| --- | ---: |", "| x | 1 |"]


def test_a_table_without_rows_is_a_head():
    assert table.aligned(("a", "b"), []) == ["a  b"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0042, "0.00"), (3.14159, "3.14"), (31.4159, "31.4"), (99.96, "100.0"), (314.159, "314")],
)
def test_numbers_have_three_digits_or_so(value, shown):
    assert table.number(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "-"), ([0.004], "4.00 / 4.00"), ([0.003, 0.001, 0.05], "1.00 / 3.00")],
)
def test_times_are_least_and_median(seconds, shown):
    assert table.milliseconds(seconds) == shown


@pytest.mark.parametrize(("value", "shown"), [(None, "-"), (3.951, "3.95"), (0.5, "0.50")])
def test_ratios(value, shown):
    assert table.times(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(None, "-"), (0.0, "0"), (1.6e-7, "2e-07")])
def test_differences(value, shown):
    assert table.apart(value) == shown
