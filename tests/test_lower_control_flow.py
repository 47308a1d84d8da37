"""WHILE and IF as jumps: what they compute, and what is not copied."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.flat.assembly import allocate
from kernels.flat.copies import COPY
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.lower_control_flow import if_else, while_loop
from kernels.flat.lowering import lower_segment
from kernels.flat.steps import flat_steps
from kernels.flat.team import Team
from kernels.flat.value import Value, new_value
from kernels.limits import Limits
from kernels.meter import Meter
from tests.build_model import Operation, constant, graph, tensor, with_subgraphs
from tests.flat_graph import Graph, add
from tests.flat_kernels import called, flat_kernels
from tests.hybrid import PER_CHANNEL, weight
from tests.plain_and_flat import assert_flat

pytestmark = pytest.mark.usefixtures(flat_kernels.__name__)
__all__ = ["flat_kernels"]

ONE = {50: np.array(1)}
LESS = Graph(("LESS", (0, 1), (2,)), outputs=(2,)).program(0, 1)
"""i, n: whether i < n."""


def condition(count):
    """Whether the first of so many is less than the second."""
    return Graph(("LESS", (0, 1), (90,)), outputs=(90,)).program(*range(count))


class Control:
    """A main graph of one operator, with subgraphs; its outputs are tensors 20, 21, ..."""

    def __init__(self, name, options, programs, inputs, outputs, limits=None, constants=None):
        graph = Graph(lower={"WHILE": while_loop, "IF": if_else}, limits=limits)
        made = tuple(range(20, 20 + outputs))
        step = graph.step(0, name, inputs, made, options, programs)
        self.steps = flat_steps([step], constants or {}, made)
        self.meter = Meter(limits or Limits())

    def segment(self, *arrays):
        values = dict(enumerate(map(np.asarray, arrays)))
        return lower_segment(self.steps, 0, values).segment

    def run(self, *arrays):
        segment = self.segment(*arrays)
        values = dict(enumerate(map(np.asarray, arrays)))
        made = segment.run(values, self.meter, allocate(segment.size), Team())
        return None if made is None else [value.tolist() for value in made.values()]

    def kernels(self, *arrays):
        """The instructions' kernels, in order."""
        code = self.segment(*arrays).code
        return [item.kernel for item in code if isinstance(item, Instruction)]


def loop(body, count, constants=None, **facts):
    programs = [None, condition(count), body]
    options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    return Control("WHILE", options, programs, (*range(count),), count, **facts)


def body(*steps, outputs, constants=ONE, **facts):
    return Graph(*steps, outputs=outputs, constants=constants, **facts).program(
        *range(len(outputs))
    )


COUNTING = body(("ADD", (0, 50), (10,)), outputs=(10, 1))


@pytest.mark.parametrize("turns", [0, 1, 7])
def test_a_loop(turns):
    assert loop(COUNTING, 2).run(3, 3 + turns) == [3 + turns, 3 + turns]


def test_what_is_handed_on_is_not_copied():
    kernels = loop(COUNTING, 2).kernels(0, 5)
    assert kernels.count(COPY) == 2  # i at the beginning, and i = i + 1, which reads i
    segment = loop(COUNTING, 2).segment(0, 5)
    (n,) = (place for place in segment.outputs.values() if place.block in segment.inputs)
    assert segment.inputs[n.block] == 1


def test_an_output_that_can_be_is_written_straight():
    adding = body(
        ("ADD", (0, 50), (10,)),
        ("ADD", (2, 3), (11,)),
        ("ADD", (11, 3), (12,)),
        outputs=(10, 1, 12, 3),
    )
    row = [1, 2, 3]
    made = loop(adding, 4)
    assert made.run(0, 5, row, row)[2] == [11, 22, 33]
    assert made.kernels(0, 5, row, row) == [COPY, COPY, "less", "add", "add", "add", COPY]


def test_an_accumulator_is_updated_in_place():
    updating = body(("ADD", (0, 50), (10,)), ("COUNTED", (2,), (11,)), outputs=(10, 1, 11))
    made = loop(updating, 3)
    assert made.run(0, 5, [10, 20]) == [5, 5, [15, 20]]
    assert made.kernels(0, 5, [10, 20]) == [COPY, COPY, "less", "add", "count", COPY]


def test_an_accumulator_that_is_read_afterwards_is_copied():
    steps = [("ADD", (0, 50), (10,)), ("COUNTED", (2,), (11,)), ("ADD", (2, 3), (12,))]
    made = loop(body(*steps, outputs=(10, 1, 11, 12)), 4)
    assert made.run(0, 3, [10], [0]) == [3, 3, [13], [12 + 11 + 10]]


def test_loop_variables_change_places():
    turning = body(("ADD", (0, 50), (10,)), outputs=(10, 1, 3, 4, 2))
    assert loop(turning, 5).run(0, 4, [1], [2], [3]) == [4, 4, [2], [3], [1]]


def test_a_loop_variable_takes_the_value_of_another():
    """Fibonacci: a, b = b, a + b."""
    steps = [("ADD", (0, 50), (10,)), ("ADD", (2, 3), (11,))]
    assert loop(body(*steps, outputs=(10, 1, 3, 11)), 4).run(0, 10, 0, 1) == [10, 10, 55, 89]


def test_one_value_for_two_loop_variables():
    steps = [("ADD", (0, 50), (10,)), ("ADD", (2, 3), (11,))]
    assert loop(body(*steps, outputs=(10, 1, 11, 11)), 4).run(0, 3, 1, 2) == [3, 3, 12, 12]


def test_constants_in_and_out():
    steps = [("ADD", (0, 50), (10,)), ("FOUR", (2,), (11,))]
    handing = body(*steps, outputs=(10, 1, 11, 50), constants=ONE)
    for turns, expected in ((0, [[7, 7, 7], 9]), (2, [[4, 4, 4], 1])):
        assert loop(handing, 4).run(0, turns, [7, 7, 7], 9)[2:] == expected
    options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    constants = {0: np.array(0), 1: np.array(3)}
    made = Control("WHILE", options, [None, LESS, COUNTING], (0, 1), 2, constants=constants)
    assert made.run() == [3, 3]


def test_a_value_handed_on_unchanged_to_another_place():
    handing = body(("ADD", (0, 50), (10,)), outputs=(10, 1, 1))
    assert loop(handing, 3).run(0, 2, 77) == [2, 2, 2]


def nested():
    """for i: for j < m: total = total + i + 1."""
    inner_options = {"cond_subgraph_index": 1, "body_subgraph_index": 3}
    inner = body(("ADD", (0, 50), (10,)), ("ADD", (2, 3), (11,)), outputs=(10, 1, 11, 3))
    programs = [None, condition(4), None, inner]
    graph = Graph(lower={"WHILE": while_loop})
    steps = [
        graph.step(0, "ADD", (0, 50), (10,)),
        graph.step(1, "WHILE", (51, 2, 3, 10), (30, 31, 32, 33), inner_options, programs),
    ]
    constants = {50: np.array(1), 51: np.array(0)}
    graph.steps, graph.outputs = flat_steps(steps, constants, (10, 1, 2, 32)), (10, 1, 2, 32)
    programs[2] = graph.program(0, 1, 2, 3)
    options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    return Control("WHILE", options, programs, (0, 1, 2, 3), 4)


@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0), (1, 1), (4, 5)])
def test_loops_within_loops(n, m):
    made = nested()
    assert made.run(0, n, m, 100) == [n, n, m, 100 + m * sum(range(n + 1))]
    assert made.meter.loop_iterations == n + n * m


def test_turns_cost_what_subgraphs_do():
    made, lowered = loop(COUNTING, 2), []
    for turns in (0, 3):
        made.meter.restart()
        made.run(0, turns)
        lowered.append(made.meter.operations)
    test, turn = (program.lower([new_value((), np.int64)] * 2) for program in (LESS, COUNTING))
    assert lowered[1] - lowered[0] == 3 * (test.operations + turn.operations)
    assert lowered[0] == 10_000 + 4 + test.operations


def test_the_limit_of_turns():
    made = loop(COUNTING, 2, limits=Limits(loop_iterations=10))
    assert made.run(0, 10) == [10, 10]
    made.meter.restart()
    with pytest.raises(ModelError, match=r"Operator 0 \(WHILE\): .* ran 10 times, the limit"):
        made.run(0, 11)


def refusing(node, inputs):
    y = new_value(inputs[0].shape, np.int64)
    return Lowered((y,), (called("no_negatives", inputs[0], y, chunks=y.count),))


def test_a_kernel_refuses_in_some_turn():
    steps = [("ADD", (0, 50), (10,)), ("ADD", (2, 3), (11,)), ("CHECK", (11,), (12,))]
    made = loop(body(*steps, outputs=(10, 1, 12, 3), lower={"CHECK": refusing}), 4)
    assert made.run(0, 5, [10], [-2]) == [5, 5, [0], [-2]]
    assert made.run(0, 6, [10], [-2]) is None


@pytest.mark.parametrize(
    ("steps", "outputs"),
    [
        ([("VIEW", (2,), (10,))], (0, 1, 10)),
        ([("PLAIN", (2,), (10,))], (0, 1, 10)),
        ([("LESS", (0, 1), (10,))], (0, 1, 10)),
    ],
    ids=["another shape", "a step that cannot be lowered", "another type"],
)
def test_loops_that_stay_with_their_kernel(steps, outputs):
    assert loop(body(*steps, outputs=outputs), 3).segment(0, 1, [1, 2, 3]) is None


@pytest.mark.parametrize("test", [((0,), {}), ((90, 90), {}), ((91,), {91: np.bool_([1, 1])})])
def test_conditions_that_are_not_one_boolean(test):
    outputs, constants = test
    other = Graph(("LESS", (0, 1), (90,)), outputs=outputs, constants=constants).program(0, 1)
    options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    assert Control("WHILE", options, [None, other, COUNTING], (0, 1), 2).segment(0, 1) is None


def test_a_condition_that_never_changes():
    for truth in (False, True):
        always = Graph(outputs=(91,), constants={91: np.array(truth)}).program(0, 1)
        options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
        assert Control("WHILE", options, [None, always, COUNTING], (0, 1), 2).segment(0, 1) is None


def test_subgraphs_with_other_numbers_of_inputs():
    options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    for programs in ([None, LESS, body(outputs=(0,))], [None, condition(3), COUNTING]):
        assert Control("WHILE", options, programs, (0, 1), 2).segment(0, 1) is None


def early(node, inputs):
    """The sum of values of which the first never changes is made before the loop."""
    x, y = inputs
    if not (isinstance(x, Value) and x.fixed):
        return add(node, inputs)
    twice, z = new_value(x.shape, np.int64), new_value(x.shape, np.int64)
    code = (called("add", twice, y, z, chunks=z.count),)
    return Lowered((z,), code, (called("add", x, x, twice, chunks=z.count),), operations=1000)


def test_what_never_changes_is_computed_before_the_loop():
    """x = x + 2 k, where k is handed on."""
    steps = [("ADD", (0, 50), (10,)), ("EARLY", (3, 2), (11,))]
    made = loop(body(*steps, outputs=(10, 1, 11, 3), lower={"EARLY": early}), 4)
    assert made.run(0, 3, [10], [5]) == [3, 3, [40], [5]]
    assert made.kernels(0, 3, [10], [5]) == [COPY, COPY, "add", "less", "add", "add", COPY, COPY]
    assert made.run(0, 0, [10], [5]) == [0, 0, [10], [5]]


def test_what_was_computed_before_the_loop_is_not_written_to():
    def made_before(node, inputs):
        z = new_value(inputs[0].shape, np.int64)
        return Lowered((z,), (), (called("add", inputs[0], inputs[0], z, chunks=z.count),))

    steps = [("ADD", (0, 50), (10,)), ("TWICE", (3,), (11,)), ("ADD", (2, 2), (12,))]
    turning = body(*steps, outputs=(10, 1, 11, 3), lower={"TWICE": made_before})
    assert loop(turning, 4).run(0, 3, [10], [5]) == [3, 3, [10], [5]]


def branch(*programs, inputs=3, outputs=1, **facts):
    options = {"then_subgraph_index": 1, "else_subgraph_index": 2}
    return Control("IF", options, [None, *programs], (*range(inputs),), outputs, **facts)


SUM = Graph(("ADD", (0, 1), (10,)), outputs=(10,)).program(0, 1)
SECOND = Graph(outputs=(1,)).program(0, 1)


@pytest.mark.parametrize("go", [True, False])
def test_a_branch(go):
    assert branch(SUM, SECOND).run(go, [1, 2], [10, 20]) == [[11, 22] if go else [10, 20]]
    assert branch(SECOND, SUM).run([go], [1, 2], [10, 20]) == [[10, 20] if go else [11, 22]]


def test_a_branch_writes_its_outputs_straight_but_hands_on_copies():
    assert branch(SUM, SECOND).kernels(True, [1, 2], [10, 20]) == ["add", COPY]


def test_a_branch_known_before():
    made = branch(SUM, SECOND, constants={0: np.bool_([True])})
    assert made.kernels(None, [1, 2], [10, 20]) == ["add"]
    assert made.run(None, [1, 2], [10, 20]) == [[11, 22]]


def test_branches_cost_what_the_dearer_one_does():
    made = branch(SUM, SECOND)
    made.run(False, [1, 2], [10, 20])
    assert made.meter.operations == 10_000 + 7 + 10_000 + 6


@pytest.mark.parametrize(
    ("programs", "go"),
    [
        ((SUM, Graph(("VIEW", (0,), (10,)), outputs=(10,)).program(0, 1)), True),
        ((SUM, Graph(("PLAIN", (0,), (10,)), outputs=(10,)).program(0, 1)), True),
        ((SUM, Graph(outputs=(0, 1)).program(0, 1)), True),
        ((SUM, SUM), [True, False]),
        ((SUM, SUM), 1),
    ],
    ids=["shapes", "a step that cannot be lowered", "more outputs", "two conditions", "a number"],
)
def test_branches_that_stay_with_their_kernel(programs, go):
    assert branch(*programs).segment(go, [1, 2, 3], [10, 20, 30]) is None


def test_a_branch_in_a_loop_keeps_what_never_changes_before_it():
    """if i < 2: x = x + 2 k; else x = k."""
    inner = Graph(("EARLY", (1, 0), (10,)), outputs=(10,), lower={"EARLY": early}).program(0, 1)
    programs = [None, condition(4), None, inner, SECOND]
    graph = Graph(lower={"IF": if_else})
    options = {"then_subgraph_index": 3, "else_subgraph_index": 4}
    steps = [
        graph.step(0, "LESS", (0, 52), (10,)),
        graph.step(1, "IF", (10, 2, 3), (11,), options, programs),
        graph.step(2, "ADD", (0, 50), (12,)),
    ]
    constants = {50: np.array(1), 52: np.array(2)}
    graph.steps, graph.outputs = flat_steps(steps, constants, (12, 1, 11, 3)), (12, 1, 11, 3)
    programs[2] = graph.program(0, 1, 2, 3)
    options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    made = Control("WHILE", options, programs, (0, 1, 2, 3), 4)
    assert made.run(0, 2, [10], [5]) == [2, 2, [30], [5]]
    assert made.run(0, 3, [10], [5]) == [3, 3, [5], [5]]


def test_no_more_code_than_a_segment_may_have():
    """Subgraphs that call another twice, sixty times over, would be 2 ** 60 instructions."""
    program = SUM
    for _ in range(60):
        graph = Graph(lower={"IF": if_else})
        options = {"then_subgraph_index": 0, "else_subgraph_index": 0}
        steps = [
            graph.step(0, "LESS", (0, 1), (10,)),
            graph.step(1, "IF", (10, 0, 1), (11,), options, [program]),
        ]
        graph.steps, graph.outputs = flat_steps(steps, {}, (11,)), (11,)
        program = graph.program(0, 1)
    assert branch(program, program).segment(True, [1], [2]) is None


def test_what_is_prepared_of_a_loop_variable_is_prepared_anew_when_it_changed():
    """while i < n: h = tanh(h w); y = h v: both products quantize what is in the same place."""
    size, rng = 24, np.random.default_rng(0)
    first, second = (weight(rng, name, (size, size), PER_CHANNEL)[0] for name in "wv")

    def given(prefix):
        numbers = [tensor(prefix + name, (), "INT32") for name in "in"]
        return [*numbers, *(tensor(prefix + name, (2, size)) for name in "hy")]

    i, n, h, y = given("b")
    following = tensor("following", (), "INT32")
    product, hidden, made = (tensor(name, (2, size)) for name in ("product", "hidden", "made"))
    one, options = constant("one", np.array(1, np.int32)), {"asymmetric_quantize_inputs": True}
    turn = graph(
        [
            Operation("ADD", [i, one], [following], {}),
            Operation("FULLY_CONNECTED", [h, first, None], [product], options),
            Operation("TANH", [product], [hidden]),
            Operation("FULLY_CONNECTED", [hidden, second, None], [made], options),
        ],
        [i, n, h, y],
        [following, n, hidden, made],
    )
    go = tensor("go", (), "BOOL")
    test = graph([Operation("LESS", given("c")[:2], [go])], given("c"), [go])
    options = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    main = graph([Operation("WHILE", given(""), given("e"), options)], given(""), given("e"))
    x = rng.standard_normal((2, size)).astype(np.float32)
    fed = [np.array(value, np.int32) for value in (0, 3)]
    assert_flat(with_subgraphs(main, test, turn), *fed, x, np.zeros_like(x))
