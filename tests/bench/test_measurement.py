import json

import pytest

from tests.bench import recorded
from tools.bench.contestant import LITERT, OURS, Contestant
from tools.bench.measurement import Measurement, gain, hybrid, same_file, scaling

MEASURED = Measurement.from_json(recorded.measurement())


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (hybrid(), 12.0 / 2.5),
        (same_file("dyn"), 12.0 / 4.0),
        (same_file("ours"), 5.0 / 2.5),
        (same_file("float"), 6.0 / 5.0),
        (gain(), 5.0 / 2.5),
        (same_file("float", 2, "wall"), 3.3 / 3.0),
        (scaling("float"), 5.4 / 3.0),
    ],
)
def test_ratios(pair, expected):
    assert MEASURED.ratio(pair) == pytest.approx(expected)


@pytest.mark.parametrize("pair", [same_file("int8"), hybrid(2, "wall"), scaling("ours")])
def test_what_was_not_measured_has_no_ratio(pair):
    assert MEASURED.ratio(pair) is None


def test_seconds_are_those_of_the_contestant():
    assert MEASURED.seconds(Contestant("dyn", LITERT)) == (0.012, 0.018, 0.024)
    assert MEASURED.seconds(Contestant("dyn", OURS, 4)) is None


def test_threads_that_were_measured():
    assert MEASURED.threads == [1, 2]


def test_json_gives_the_same_measurement():
    assert Measurement.from_json(json.loads(json.dumps(MEASURED.to_json()))) == MEASURED
