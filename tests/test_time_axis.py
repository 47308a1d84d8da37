"""Loops over time: what a step takes and puts."""

import numpy as np
import pytest

from kernels.flat.assembly import allocate
from kernels.flat.segment import make_segment
from kernels.flat.team import Team
from kernels.flat.time_axis import TimeAxis, sequence_axis
from kernels.flat.value import Block, Value, new_value
from kernels.meter import Meter
from tests.flat_kernels import called, flat_kernels

pytestmark = pytest.mark.usefixtures(flat_kernels.__name__)
__all__ = ["flat_kernels"]


@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize(("batch", "length"), [(1, 1), (1, 6), (3, 1), (3, 4)])
def test_sums_over_time(batch, length, time_major):
    """y[t] = x[0] + ... + x[t]."""
    shape = (length, batch, 5) if time_major else (batch, length, 5)
    fed = np.random.default_rng(0).integers(-9, 9, shape).astype(np.int64)
    x, y = Value(Block(fed.nbytes), shape, fed.dtype), new_value(shape, np.int64)
    total = Value(Block(8 * batch * 5), (batch, 5), fed.dtype)
    axis = sequence_axis(x, time_major)
    assert axis == TimeAxis(batch, length, time_major)

    def step(time):
        taken, taking = axis.taken(x, time)
        adding = called("add", total, taken, total, chunks=batch * 5)
        return (*taking, adding, axis.put(total, y, time))

    code = axis.each(step)
    owners = ["Operator 0 (TEST)"] * len(code)
    segment = make_segment(code, owners, {x.block: 0, total.block: 1}, {2: y}, 1, 0)
    given = {0: fed, 1: np.zeros((batch, 5), np.int64)}
    made = segment.run(given, Meter(), allocate(segment.size), Team())[2]
    np.testing.assert_array_equal(made, np.cumsum(fed, axis=0 if time_major else 1))


def test_other_ranks_are_no_sequences():
    assert sequence_axis(new_value((3, 4), np.float32), True) is None
