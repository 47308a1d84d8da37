"""A program: what it runs, what it checks, what it lets go."""

import gc
import weakref

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.model import Tensor
from kernels.program import Program, Step, execute
from kernels.state import State

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
