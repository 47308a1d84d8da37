import math

import pytest

from kernels.errors import DataError
from quant.ranges import Range, ranges_from_json, ranges_to_json


@pytest.mark.parametrize(
    "ranges",
    [
        {},
        {(0, 3): Range(-0.1, 1 / 3)},
        {(1, 0): Range(0.0, 0.0), (0, 12): Range(-3.4e38, 5e-324), (0, 2): Range(1.5, 2.5)},
    ],
)
def test_json_round_trips_every_number(ranges):
    assert ranges_from_json(ranges_to_json(ranges)) == ranges


def test_json_is_in_the_order_of_the_tensors():
    one, two = Range(-1, 1), Range(-2, 2)
    assert ranges_to_json({(1, 0): one, (0, 5): two}) == ranges_to_json({(0, 5): two, (1, 0): one})


@pytest.mark.parametrize(
    "text", ["", "{", "3", "[3]", '[{"subgraph": 0}]', '{"subgraph": 0}', "[null]"]
)
def test_other_texts_are_refused(text):
    with pytest.raises(DataError, match="no ranges"):
        ranges_from_json(text)


@pytest.mark.parametrize(
    "ends", [(1, 0), (math.nan, 1), (0, math.nan), (-math.inf, 0), (0, math.inf)]
)
def test_what_is_no_range(ends):
    with pytest.raises(DataError, match="no range"):
        Range(*ends)


@pytest.mark.parametrize(
    ("given", "expected"), [((1, 2), (0, 2)), ((-2, -1), (-2, 0)), ((-1, 2), (-1, 2))]
)
def test_zero_can_be_put_in(given, expected):
    assert Range(*given).with_zero == Range(*expected)
