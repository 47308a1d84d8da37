from dataclasses import fields

import numpy as np
import pytest

from kernels.flat import profile
from kernels.flat.instruction import Instruction, Jump, Label, Origin
from kernels.flat.profile import PLAIN, Spent, TimedSegment, TimingMachine
from kernels.flat.segment import make_segment
from kernels.flat.team import Team
from kernels.flat.value import Block, Value, new_value
from kernels.interpreter import Interpreter
from kernels.meter import Meter
from tests.build_model import Operation, graph, tensor

X = np.array([-1.0, 2.0], np.float32)


def relu():
    x, y = tensor("x", (2,)), tensor("y", (2,))
    return graph([Operation("RELU", [x], [y])], [x], [y])


def test_a_profile_has_the_instructions_and_the_time_they_take():
    interpreter = Interpreter(relu())
    (spent,) = interpreter.profile(x=X)
    assert (spent.operator, spent.kernel) == ("RELU", "unary.relu")
    assert spent.seconds >= 0


def test_a_profile_changes_no_result_and_later_ones_have_the_same_entries():
    interpreter = Interpreter(relu())
    before = interpreter.invoke(x=X)["y"]
    names = [[(s.operator, s.kernel) for s in interpreter.profile(x=X)] for _ in range(2)]
    assert names[0] == names[1]
    assert np.array_equal(interpreter.invoke(x=X)["y"], before)


@pytest.mark.parametrize("flag", [False, True])
def test_a_jump_is_taken_where_its_flag_is_false(flag):
    x = Value(Block(8), (2,), np.dtype(np.float32))
    condition = Value(Block(1), (), np.dtype(np.bool_))
    y, end, origin = new_value((2,), np.float32), Label(), Origin("RELU", 6)
    relu = Instruction("unary.relu", (x, y), 2, 2, origin)
    code = [relu, Jump(end, condition), relu, end]
    plain = make_segment(code, {x.block: 0, condition.block: 1}, {2: y}, 1, 0)
    timed = TimedSegment(**{part.name: getattr(plain, part.name) for part in fields(plain)})
    made = timed.run({0: X, 1: np.array(flag)}, Meter(), Team())
    assert made[2].tolist() == [0, 2]
    assert [s.operations for s in timed.spent] == [3, 3][: 1 + flag]


def test_what_a_kernel_runs_within_it_is_counted_once(monkeypatch):
    clock = iter([0.0, 10.0, 14.0, 15.0])
    monkeypatch.setattr(profile.time, "thread_time", lambda: next(clock))
    machine = TimingMachine()
    assert machine.call("WHILE", lambda: machine.call("ADD", lambda: 7)) == 7
    assert machine.spent == [Spent("ADD", PLAIN, 0, 4), Spent("WHILE", PLAIN, 0, 11)]
