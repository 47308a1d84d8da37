"""Flat programs as they run: outputs, limits, threads."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.flat.assembly import allocate
from kernels.flat.instruction import Jump, Label
from kernels.flat.segment import make_segment
from kernels.flat.team import Team
from kernels.flat.value import Block, Value, new_value
from kernels.limits import Limits
from kernels.meter import Meter
from tests.flat_kernels import called, flat_kernels

pytestmark = pytest.mark.usefixtures(flat_kernels.__name__)
__all__ = ["flat_kernels"]

ONE = np.int64([1])


def given(*shape):
    """The place of an input."""
    return Value(Block(8 * int(np.prod(shape))), shape, np.dtype(np.int64))


def segment(code, inputs, outputs, operations=0):
    """Inputs are tensors 0, 1, ...; outputs 10, 11, ..."""
    owners = ["Operator 0 (TEST)"] * len(code)
    tensors = {value.block: index for index, value in enumerate(inputs)}
    return make_segment(code, owners, tensors, dict(enumerate(outputs, 10)), 1, operations)


def run(made, *arrays, limits=None, meter=None, threads=1):
    values = dict(enumerate(arrays))
    memory = allocate(made.size)
    outputs = made.run(values, meter or Meter(limits or Limits()), memory, Team(threads))
    return None if outputs is None else [outputs[index] for index in made.outputs]


def counting(turns_from=0, operations=0):
    """while i < n: i = i + 1; the output is i."""
    n, i, go = given(1), new_value((1,), np.int64), new_value((1,), np.bool_)
    top, end = Label(), Label()
    code = [
        called("add", np.int64([turns_from]), np.int64([0]), i),
        top,
        called("less", i, n, go),
        Jump(end, unless=go),
        called("add", i, ONE, i),
        Jump(top, operations=operations),
        end,
    ]
    return segment(code, [n], [i], operations=5)


def test_of_nothing():
    assert run(segment([], [], [])) == []


def test_outputs_belong_to_the_caller():
    x, y = given(3), new_value((3,), np.int64)
    made = segment([called("add", x, x, y, chunks=3)], [x], [y])
    memory, meter, team = allocate(made.size), Meter(), Team()
    first = made.run({0: np.arange(3)}, meter, memory, team)[10]
    second = made.run({0: np.arange(3) + 5}, meter, memory, team)[10]
    np.testing.assert_array_equal(first, [0, 2, 4])
    np.testing.assert_array_equal(second, [10, 12, 14])


def test_views_and_constants_as_outputs():
    x, constant = given(2, 3), np.arange(4)
    made = segment([], [x], [x.reshaped((6,)), x.part(3, (3,)), constant])
    fed = np.arange(6).reshape(2, 3)
    whole, part, same = run(made, fed)
    np.testing.assert_array_equal(whole, range(6))
    np.testing.assert_array_equal(part, [3, 4, 5])
    assert np.shares_memory(whole, fed)
    assert same is constant


def test_a_part_of_what_was_made():
    x, y = given(4), new_value((4,), np.int64)
    made = segment([called("add", x, x, y, chunks=4)], [x], [y.part(1, (2, 1)), y])
    part, whole = run(made, np.arange(4))
    np.testing.assert_array_equal(part, [[2], [4]])
    np.testing.assert_array_equal(whole, [0, 2, 4, 6])


@pytest.mark.parametrize("shape", [(), (0,), (0, 3)])
def test_scalars_and_nothing(shape):
    x, y = given(*shape), new_value(shape, np.int64)
    made = segment([called("add", x, x, y, chunks=x.count)], [x], [y, x])
    doubled, same = run(made, np.full(shape, 21))
    assert doubled.shape == same.shape == shape
    assert np.all(doubled == 42)


def test_an_input_is_written_in_place():
    x = given(3)
    fed = np.arange(3)
    run(segment([called("count", x, chunks=3)], [x], []), fed)
    np.testing.assert_array_equal(fed, [1, 2, 3])


@pytest.mark.parametrize("turns", [0, 1, 7])
def test_a_loop(turns):
    (end,) = run(counting(), np.int64([turns]))
    assert end == turns


def test_turns_and_operations_are_counted():
    meter = Meter()
    for invocation in (1, 2):
        run(counting(operations=100), np.int64([7]), meter=meter)
        assert meter.loop_iterations == 7 * invocation
        assert meter.operations == 705 * invocation
    assert meter.live_bytes == 0


def test_turns_that_are_no_loop_of_the_model():
    n, i, go = given(1), new_value((1,), np.int64), new_value((1,), np.bool_)
    top = Label()
    code = [
        called("add", np.int64([0]), np.int64([0]), i),
        top,
        called("add", i, ONE, i),
        called("less", n, i, go),
        Jump(top, unless=go, turns=0),
    ]
    meter = Meter(Limits(loop_iterations=2))
    assert run(segment(code, [n], [i]), np.int64([50]), meter=meter) == [51]
    assert meter.loop_iterations == 0


def test_as_many_turns_as_the_limit_says():
    limits = Limits(loop_iterations=10)
    assert run(counting(), np.int64([10]), limits=limits) == [10]
    with pytest.raises(ModelError, match=r"Operator 0 \(TEST\): The loops .* ran 10 times"):
        run(counting(), np.int64([11]), limits=limits)
    meter = Meter(limits)
    run(counting(), np.int64([6]), meter=meter)
    with pytest.raises(ModelError, match="ran 10 times"):
        run(counting(), np.int64([6]), meter=meter)


def test_an_endless_loop():
    with pytest.raises(ModelError, match="ran 1000000 times"):
        run(counting(turns_from=-(1 << 62)), np.int64([1]))


def test_limits_that_nothing_reaches():
    limits = Limits(loop_iterations=10**30, operations=10**30)
    assert run(counting(operations=1), np.int64([100]), limits=limits) == [100]


@pytest.mark.parametrize(
    ("limits", "runs"),
    [
        (Limits(operations=705), True),
        (Limits(operations=704), False),
        (Limits(operations=4), False),
        (Limits(live_bytes=264), True),
        (Limits(live_bytes=263), False),
    ],
)
def test_beyond_other_limits_the_kernels_tell(limits, runs):
    meter = Meter(limits)
    made = run(counting(operations=100), np.int64([7]), meter=meter)
    assert (made is not None) == runs
    if not runs:
        assert (meter.operations, meter.loop_iterations, meter.live_bytes) == (0, 0, 0)


def test_a_kernel_refuses():
    x, y, z = given(4), new_value((4,), np.int64), new_value((4,), np.int64)
    code = [called("no_negatives", x, y, chunks=4), called("add", y, y, z, chunks=4)]
    for threads, grain in ((1, 4), (3, 1)):
        made = segment([called("no_negatives", x, y, chunks=4, grain=grain), code[1]], [x], [z])
        for _ in range(2):
            assert run(made, np.int64([1, 2, -3, 4]), threads=threads) is None
            np.testing.assert_array_equal(run(made, np.arange(4), threads=threads), [[0, 2, 4, 6]])


def test_nothing_runs_after_a_kernel_that_refuses():
    x, y, counts = given(1), new_value((1,), np.int64), given(1)
    code = [called("count", counts), called("no_negatives", x, y), called("count", counts)]
    made, seen = segment(code, [x, counts], []), np.zeros(1, np.int64)
    run(made, np.int64([-1]), seen)
    assert seen == 1
    run(made, np.int64([1]), seen)
    assert seen == 3


SIZE = 4096


def chain():
    """Operators of many tasks, each of which reads what all tasks of the one before made."""
    x = given(SIZE)
    code, last = [], x
    for number in range(20):
        made = new_value((SIZE,), np.int64)
        code.append(called("mix", last, made, 10 + number, chunks=SIZE, grain=37))
        mirrored = new_value((SIZE,), np.int64)
        half = SIZE // 2
        code.append(called("add", made.part(half, (half,)), made, mirrored, chunks=half, grain=100))
        second = mirrored.part(half, (half,))
        code.append(called("add", made, mirrored, second, chunks=half, grain=100))
        last = mirrored
    return segment(code, [x], [last])


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_several_threads_give_the_same_bits(threads):
    made, team = chain(), Team(threads)
    memory = allocate(made.size)
    for seed in range(30):
        x = np.random.default_rng(seed).integers(-(1 << 62), 1 << 62, SIZE)
        expected = made.run({0: x}, Meter(), memory, Team())[10]
        np.testing.assert_array_equal(made.run({0: x}, Meter(), memory, team)[10], expected)


def test_threads_go_from_program_to_program():
    programs, team = [chain(), counting(), chain()], Team(4)
    fed = [{0: np.arange(SIZE)}, {0: np.int64([50])}, {0: np.arange(SIZE) * 3}]
    memory = allocate(max(made.size for made in programs))
    expected = [
        made.run(values, Meter(), memory, Team())[10]
        for made, values in zip(programs, fed, strict=True)
    ]
    for _ in range(20):
        for made, values, right in zip(programs, fed, expected, strict=True):
            np.testing.assert_array_equal(made.run(values, Meter(), memory, team)[10], right)
