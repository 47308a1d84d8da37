import itertools

import pytest

from tools.report.treemap import squarified


def overlap(a, b):
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return max(0.0, across) * max(0.0, down)


@pytest.mark.parametrize("sizes", [[1], [5, 3, 1], [1] * 30, [2**i for i in range(12, 0, -1)]])
@pytest.mark.parametrize(("width", "height"), [(100, 40), (10, 50)])
def test_areas_fill_the_whole_in_proportion(sizes, width, height):
    areas = squarified(sizes, width, height)
    unit = width * height / sum(sizes)
    assert [each.width * each.height / unit for each in areas] == pytest.approx(sizes)
    for each in areas:
        assert -1e-9 <= each.left <= each.left + each.width <= width + 1e-9
        assert -1e-9 <= each.top <= each.top + each.height <= height + 1e-9
    assert all(overlap(a, b) < 1e-6 for a, b in itertools.combinations(areas, 2))


def test_areas_are_as_square_as_in_the_paper():
    areas = squarified([6, 6, 4, 3, 2, 2, 1], 6, 4)
    assert (areas[0].width, areas[0].height) == (3, 2)
    assert max(max(a.width / a.height, a.height / a.width) for a in areas) < 2.8


def test_nothing_has_no_areas():
    assert squarified([], 3, 2) == []
