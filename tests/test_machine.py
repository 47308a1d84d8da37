"""What is kept between runs: segments for the shapes that come, and one arena."""

import numpy as np
import pytest

from kernels.flat.machine import KEPT_ATTEMPTS, Attempt, Machine
from kernels.flat.segment import make_segment
from kernels.flat.value import Block, Value, new_value
from kernels.limits import Limits
from kernels.meter import Meter
from tests.flat_kernels import called, flat_kernels

pytestmark = pytest.mark.usefixtures(flat_kernels.__name__)
__all__ = ["flat_kernels"]


def doubling(size):
    """Tensor 1 = tensor 0 doubled."""
    x, y = Value(Block(8 * size), (size,), np.dtype(np.int64)), new_value((size,), np.int64)
    code = [called("add", x, x, y, chunks=size)]
    return make_segment(code, ["Operator 0 (ADD)"], {x.block: 0}, {1: y}, 1, 0)


class Lowering:
    """Counts how often it is asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, size):
        self.asked.append(size)
        return Attempt({0: (size,)}, doubling(size) if size else None)


def double(machine, lowering, size):
    values = {0: np.arange(size)}
    made = machine.segment("place", values, lambda: lowering(size))
    return None if made is None else machine.run(made, values, Meter())[1]


def test_a_segment_is_made_once_for_each_shape():
    machine, lowering = Machine(), Lowering()
    for size in (3, 5, 3, 5, 5, 1, 3):
        np.testing.assert_array_equal(double(machine, lowering, size), 2 * np.arange(size))
    assert lowering.asked == [3, 5, 1]


def test_what_cannot_be_lowered_is_not_tried_again():
    machine, lowering = Machine(), Lowering()
    assert double(machine, lowering, 0) is None
    assert double(machine, lowering, 0) is None
    assert lowering.asked == [0]


def test_only_shapes_that_were_looked_at_count():
    machine, attempt = Machine(), Attempt({0: (3,)}, None)
    for other in (np.zeros(1), np.zeros((2, 2))):
        values = {0: np.zeros(3), 7: other}
        machine.segment("place", values, lambda: attempt)
        assert machine.attempts == {"place": [attempt]}


def test_the_shapes_used_last_are_kept():
    machine, lowering = Machine(), Lowering()
    sizes = range(1, KEPT_ATTEMPTS + 1)
    for size in (*sizes, 1, KEPT_ATTEMPTS + 1, 1, 2):
        double(machine, lowering, size)
    assert lowering.asked == [*sizes, KEPT_ATTEMPTS + 1, 2]
    assert len(machine.attempts["place"]) == KEPT_ATTEMPTS


def test_places_do_not_share_segments():
    machine, lowering = Machine(), Lowering()
    for place in "ab":
        machine.segment(place, {0: np.zeros(2)}, lambda: lowering(2))
    assert lowering.asked == [2, 2]


def test_all_segments_share_an_arena_as_large_as_the_largest():
    machine, lowering = Machine(), Lowering()
    small, large = double(machine, lowering, 10), double(machine, lowering, 1000)
    memory = machine.memory
    double(machine, lowering, 10)
    assert machine.memory is memory
    assert memory.nbytes == 8064
    np.testing.assert_array_equal(small, 2 * np.arange(10))
    np.testing.assert_array_equal(large, 2 * np.arange(1000))


def test_no_arena_beyond_the_limit():
    machine, size = Machine(), 1 << 40
    x, y = new_value((), np.int64), new_value((size,), np.int64)
    made = make_segment([called("add", x, x, y)], ["Operator 0 (ADD)"], {x.block: 0}, {}, 1, 0)
    assert machine.run(made, {0: np.int64(1)}, Meter(Limits())) is None
    assert machine.memory.nbytes == 0
