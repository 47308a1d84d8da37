"""A program: what it runs, what it checks, what it lets go."""

import gc
import weakref

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.flat.instruction import Lowered
from kernels.flat.machine import Machine
from kernels.flat.steps import flat_steps
from kernels.flat.value import new_value
from kernels.model import Tensor
from kernels.program import Program, Step, execute
from kernels.state import State
from tests.flat_graph import Graph
from tests.flat_kernels import called, flat_kernels

__all__ = ["flat_kernels"]

FLOATS = Tensor("x", "FLOAT32", (1, 2))


def program(steps, count=4, variables=(), tensors=None):
    tensors = tensors or tuple(Tensor(f"t{i}", "FLOAT32", (1, 2)) for i in range(count))
    return Program(0, tensors, (0,), (count - 1,), tuple(steps), {}, variables)


def step(run, inputs=(0,), outputs=(3,), dead=()):
    return Step("Operator 0 (TEST, which makes 't3')", run, inputs, outputs, dead)


def silent(subgraph, tensor, value):
    pass


def ran(steps, x=None, **fields):
    x = np.ones((1, 2), np.float32) if x is None else x
    return program(steps, **fields).run((x,), State(), silent)


def test_values_pass_from_step_to_step():
    steps = [step(lambda x: (x + 1,), outputs=(1,)), step(lambda x, y: (x * y,), inputs=(0, 1))]
    np.testing.assert_array_equal(ran(steps)[0], [[2, 2]])


def test_an_absent_operand_is_none():
    assert ran([step(lambda x, y: (x if y is None else y,), inputs=(0, -1))])[0].sum() == 2


def test_results_are_arrays_in_c_order():
    (result,) = ran([step(lambda x: (np.ones((3, 2), np.float32).T,))])
    assert result.flags.c_contiguous
    assert isinstance(ran([step(lambda x: (np.float32(1),))])[0], np.ndarray)


def test_a_dead_value_is_freed_before_the_next_step():
    alive = []

    def make(x):
        big = np.ones((1, 2), np.float32)
        alive.append(weakref.ref(big))
        return (big,)

    def look(x):
        gc.collect()
        return (x + (alive[0]() is not None),)

    steps = [
        step(make, outputs=(1,)),
        step(lambda x: (x * 2,), inputs=(1,), outputs=(2,), dead=(1,)),
        step(look, inputs=(2,)),
    ]
    np.testing.assert_array_equal(ran(steps)[0], [[2, 2]])


def test_what_is_observed():
    seen = []
    steps = [
        step(lambda x: (x + 1,), outputs=(1,), dead=(0,)),
        step(lambda x: (x + 1,), inputs=(1,)),
    ]
    program(steps).run(
        (np.zeros((1, 2), np.float32),), State(), lambda s, t, v: seen.append((s, t, v.max()))
    )
    assert seen == [(0, 0, 0), (0, 1, 1), (0, 3, 2)]


def test_a_result_of_another_type_than_declared():
    with pytest.raises(ModelError, match=r"TEST.* makes float64 but tensor 't3' is FLOAT32"):
        ran([step(lambda x: (x.astype(float),))])


def test_another_number_of_results():
    with pytest.raises(ModelError, match="makes 2 tensors for 1 outputs"):
        ran([step(lambda x: (x, x))])


@pytest.mark.parametrize("x", [np.ones((1, 2)), np.ones((1, 2), np.int32)])
def test_inputs_of_another_type(x):
    with pytest.raises(ModelError, match=f"takes float32 but is given {x.dtype}"):
        ran([step(lambda x: (x,))], x)


def test_another_number_of_inputs():
    with pytest.raises(ModelError, match="takes float32 but is given nothing"):
        program([]).run((), State(), silent)


@pytest.mark.parametrize(
    "error", [ValueError, IndexError, KeyError, ZeroDivisionError, MemoryError]
)
def test_whatever_goes_wrong_names_the_operator(error):
    def fail(x):
        raise error("of that kind")

    with pytest.raises(ModelError, match=r"TEST.*\[\(1, 2\)\].*of that kind"):
        execute(step(fail), [np.ones((1, 2))])


def test_a_kernels_own_error_keeps_its_type_and_cure():
    def fail(x):
        raise InputError("Too wet.", "Dry it.")

    with pytest.raises(InputError) as caught:
        execute(step(fail), [np.ones(1)])
    assert caught.value.problem == "Operator 0 (TEST, which makes 't3'): Too wet."
    assert caught.value.cure == "Dry it."


def count(x, memory):
    memory += x
    return (memory + 0,)


def test_a_variable_starts_as_zeros_and_stays():
    with_memory = program([step(count, inputs=(0, 1))], variables=(1,))
    state = State()
    x = np.ones((1, 2), np.float32)
    totals = [with_memory.run((x,), state, silent)[0].max() for _ in range(3)]
    assert totals == [1, 2, 3]
    state.reset()
    assert with_memory.run((x,), state, silent)[0].max() == 1


def test_a_variable_follows_the_batch_and_then_starts_anew():
    with_memory = program([step(count, inputs=(0, 1))], variables=(1,))
    state = State()
    with_memory.run((np.ones((1, 2), np.float32),), state, silent)
    for expected in (1, 2):
        (total,) = with_memory.run((np.ones((5, 2), np.float32),), state, silent)
        np.testing.assert_array_equal(total, np.full((5, 2), expected))


def no_negatives(node, inputs):
    y = new_value((3,), np.int64)
    return Lowered((y,), (called("no_negatives", inputs[0], y, chunks=3),))


class Counting:
    """variable 9 counts; t2 = plain(t0), t3 = t2 + variable; all but ``plain`` is lowered, and t2
    too, unless an element of t0 is negative."""

    def __init__(self, plain="NO_NEGATIVES"):
        steps = [("COUNT", (9,), (1,)), (plain, (0,), (2,)), ("ADD", (2, 1), (3,))]
        self.flat = Graph(*steps, outputs=(3,), lower={"NO_NEGATIVES": no_negatives}).steps
        self.ran = []
        kernels = {"COUNT": self.count, plain: self.same, "ADD": lambda x, y: (x + y,)}
        steps = [
            Step(f"Operator {number} ({name})", self.noted(name, kernels[name]), inputs, outputs)
            for number, (name, inputs, outputs) in enumerate(steps)
        ]
        tensors = tuple(Tensor(f"t{i}", "INT64", (3,)) for i in range(10))
        self.program = Program(0, tensors, (0,), (3,), tuple(steps), {}, (9,), self.flat)
        self.state, self.machine = State(), Machine()

    def noted(self, name, kernel):
        def run(*arguments):
            self.ran.append(name)
            return kernel(*arguments)

        return run

    def count(self, variable):
        variable += 1
        return (variable,)

    def same(self, x):
        return (x.copy(),)

    def run(self, *x):
        given = (np.array(x, np.int64),)
        return self.program.run(given, self.state, machine=self.machine)[0].tolist()


@pytest.mark.usefixtures("flat_kernels")
def test_segments_and_kernels_take_turns():
    counting = Counting(plain="PLAIN")
    assert counting.run(10, 20, 30) == [11, 21, 31]
    assert counting.run(10, 20, 30) == [12, 22, 32]
    assert counting.ran == ["PLAIN", "PLAIN"]


@pytest.mark.usefixtures("flat_kernels")
def test_what_a_segment_refuses_is_left_to_kernels_and_variables_count_once():
    counting = Counting()
    assert counting.run(10, 20, 30) == [11, 21, 31]
    assert counting.ran == []
    meter = counting.state.meter
    spent = meter.operations
    meter.restart()
    assert counting.run(10, -20, 30) == [12, -18, 32]
    assert counting.ran == ["COUNT", "NO_NEGATIVES", "ADD"]
    assert meter.operations == 0 < spent
    assert counting.run(10, 20, 30) == [13, 23, 33]
    assert len(counting.ran) == 3


@pytest.mark.usefixtures("flat_kernels")
def test_a_program_is_lowered_for_its_inputs():
    x = new_value((3,), np.int64)
    tensors = tuple(Tensor(f"t{i}", "INT64", (3,)) for i in range(10))
    graph = Graph(("ADD", (0, 0), (1,)), outputs=(0, 1))
    fields = {"steps": (), "constants": {}, "flat": graph.steps}
    whole = Program(0, tensors, (0,), (0, 1), variables=(), **fields)
    assert whole.lower([x]).outputs[0] == x
    assert whole.lower([x, x]) is None
    assert whole.lower([new_value((3,), np.int32)]) is None
    assert Program(0, tensors, (0,), (0, 1), variables=(9,), **fields).lower([x]) is None


def test_inputs_that_are_handed_on():
    tensors = tuple(Tensor(f"t{i}", "INT64", (3,)) for i in range(10))
    steps = (Step("Operator 0 (ADD)", lambda *x: x, (0, 1), (2,)),)
    flat = flat_steps([], {}, ())
    handing = Program(0, tensors, (0, 1, 2, 3), (0, 3, 2, 3), steps, {}, (), flat)
    assert handing.unchanged == {0, 3}
