"""What an interpreter remembers."""

import numpy as np

from kernels.meter import Meter
from kernels.state import State


def test_a_handle_is_the_names():
    state = State()
    handles = [state.handle("", "v"), state.handle("", "w"), state.handle("c", "v")]
    assert len(set(handles)) == 3
    assert state.handle("", "v") == handles[0]


def test_reset_forgets_values_and_keeps_handles():
    state = State(meter=Meter(loop_iterations=3), called_once={1}, positions={0: 7})
    handle = state.handle("", "v")
    state.resources[handle] = state.variables[0, 0] = np.zeros(1)
    state.reset()
    assert not state.resources
    assert not state.variables
    assert not state.called_once
    assert not state.positions
    assert state.meter.loop_iterations == 0
    assert state.handle("", "w") != handle == state.handle("", "v")
