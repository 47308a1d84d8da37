"""Steps along the convex hull of noise over bytes, and the mixes that they make."""

import pytest

from quant.mix import mix, steps
from quant.sensitivity import Option, Sensitivity
from quant.unit import Unit


def sensitivity(*options):
    pairs = [("float", 0, 0.0), *options]
    return Sensitivity(Unit((1,), ((0, "w"),), 10), tuple(Option(*each) for each in pairs))


F16, INT8, INT4 = ("float16", 50, 0.01), ("dynamic_range", 75, 0.1), ("int4", 87, 4.0)


@pytest.mark.parametrize(
    ("options", "taken"),
    [
        ([], []),
        ([F16, INT8, INT4], [1, 2, 3]),
        ([("float16", 50, 0.2), INT8], [2]),  # int8 is smaller and better
        ([F16, ("dynamic_range", 75, 2.0), ("int4", 87, 2.1)], [1, 3]),  # above the hull
        ([("float16", -8, 0.0)], []),  # larger than float
        ([("float16", 50, 0.5), ("dynamic_range", 50, 0.1)], [2]),
        ([("dynamic_range", 75, 0.0)], [1]),
    ],
)
def test_only_options_on_the_hull_are_steps_in_order(options, taken):
    assert [step.option for step in steps([sensitivity(*options)])] == taken


def test_the_cheapest_noise_comes_first_and_units_stay_in_order():
    order = steps([sensitivity(INT8, INT4), sensitivity(("int4", 100, 0.01))])
    assert [(step.unit, step.option) for step in order] == [(1, 1), (0, 1), (0, 2)]
    assert sum(step.saved for step in order) == 87 + 100
    assert sum(step.noise for step in order) == pytest.approx(4.01)
    assert mix(order[:2]) == {1: 1, 0: 1}
    assert mix(order) == {1: 1, 0: 2}
    assert mix([]) == {}
