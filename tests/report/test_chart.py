import pytest

from tools.report.chart import BOTTOM, LEFT, RIGHT, TOP, Frame, chart, round_steps
from tools.report.element import html


def test_the_frame_maps_its_corners():
    frame = Frame(200, 100, (-5, 5), (10, 20))
    assert (frame.across(-5), frame.across(5)) == (LEFT, 200 - RIGHT)
    assert (frame.up(10), frame.up(20)) == (100 - BOTTOM, TOP)


@pytest.mark.parametrize(
    ("low", "high", "steps"),
    [
        (0, 80, [0, 20, 40, 60, 80]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (3, 11, [4, 6, 8, 10]),
        (-40, 80, [0, 50]),
        (4.2e6, 18e6, [5e6, 10e6, 15e6]),
        (0, 0, [0]),
    ],
)
def test_round_steps(low, high, steps):
    assert round_steps(low, high) == pytest.approx(steps)


def test_a_chart_says_what_it_shows():
    frame = Frame(200, 100, (0, 1), (0, 1))
    text = html(chart(frame, "what", ("x", "y"), ([0, 1], [0]), (str, str), []))
    assert 'role="img" aria-label="what"' in text
    assert text.count("<line") == 1
