import gc

import numpy as np
import pytest

from kernels.flat import panels
from kernels.flat.panels import pack_columns, pack_panels, packed_once

SHAPES = [(1, 1, 1, 1), (1, 1, 8, 16), (2, 3, 5, 17), (3, 2, 4, 40)]


@pytest.mark.parametrize("group", [1, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_panels_hold_columns_step_by_step(shape, group):
    weights = np.random.default_rng(0).integers(-128, 128, shape).astype(np.int8)
    packed = pack_panels(weights, 16, group)
    assert packed.ctypes.data % 64 == 0
    for place in np.ndindex(*packed.shape):
        owner, panel, tap, step, column, part = place
        depth, column = step * group + part, panel * 16 + column
        inside = depth < shape[2] and column < shape[3]
        assert packed[place] == (weights[owner, tap, depth, column] if inside else 0)


def test_columns_follow_their_group():
    packed = pack_columns(np.arange(1, 7), groups=2, width=4)
    np.testing.assert_array_equal(packed, [1, 2, 3, 0, 4, 5, 6, 0])


def test_weights_are_packed_once_for_each_layout_and_forgotten_with_them():
    weights, calls = np.ones(3), []

    def pack():
        calls.append(1)
        return np.zeros(3)

    first = packed_once(weights, "a", pack)
    assert packed_once(weights, "a", pack) is first
    assert packed_once(weights, "b", pack) is not first
    assert len(calls) == 2
    places = [(id(weights), key) for key in "ab"]
    assert panels._PACKED.keys() >= {*places}
    del weights
    gc.collect()
    assert not panels._PACKED.keys() & {*places}
