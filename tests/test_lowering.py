"""From steps to segments: fusions, ends, variables, views, constants."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.flat import lowering
from kernels.flat.assembly import allocate
from kernels.flat.instruction import Fusion, Instruction, Lowered
from kernels.flat.lowering import lower_segment, lower_subgraph
from kernels.flat.steps import FlatStep, flat_steps
from kernels.flat.team import Team
from kernels.flat.value import Value, new_value
from kernels.meter import Meter
from tests.flat_graph import SIZE, Graph, four
from tests.flat_kernels import called, flat_kernels

pytestmark = pytest.mark.usefixtures(flat_kernels.__name__)
__all__ = ["flat_kernels"]


def add_to_sum(first, second, first_inputs, second_inputs):
    """Both sums; the one instruction more, which changes nothing, tells that they were fused."""
    (other,) = (source for source in second_inputs if source is not None)
    between, z = new_value((SIZE,), np.int64), new_value((SIZE,), np.int64)
    code = (
        called("add", *first_inputs, between, chunks=SIZE),
        called("mix", between, between, 0, chunks=SIZE),
        called("add", between, other, z, chunks=SIZE),
    )
    return Lowered((z,), code)


def names(segment):
    return [item.kernel for item in segment.code]


ROW = [1, 2, 3]


def test_values_pass_from_step_to_step():
    graph = Graph(("ADD", (0, 0), (1,)), ("ADD", (1, 0), (2,)), outputs=(2,))
    assert graph.run(t0=ROW) == {2: [3, 6, 9]}


def test_only_what_is_read_later_comes_out():
    steps = [("ADD", (0, 0), (1,)), ("ADD", (0, 1), (2,)), ("PLAIN", (1,), (3,))]
    segment = Graph(*steps, outputs=(3,)).attempt(t0=ROW).segment
    assert (segment.stop, [*segment.outputs]) == (2, [1])
    assert [*Graph(*steps, outputs=(2, 3)).attempt(t0=ROW).segment.outputs] == [1, 2]


def test_a_step_that_cannot_be_lowered_ends_the_segment():
    graph = Graph(
        ("ADD", (0, 0), (1,)),
        ("PLAIN", (1,), (2,)),
        ("ADD", (2, 1), (3,)),
        outputs=(3,),
    )
    assert graph.attempt(t0=ROW).segment.stop == 1
    assert graph.attempt(1, t0=ROW, t1=ROW).segment is None
    assert graph.run(2, t1=ROW, t2=ROW) == {3: [2, 4, 6]}


def test_shapes_that_were_looked_at():
    graph = Graph(("ADD", (0, 1), (2,)), ("PLAIN", (5, 2), (3,)), outputs=(3,))
    attempt = graph.attempt(t0=ROW, t1=ROW, t4=ROW, t5=[[1]])
    assert attempt.shapes == {0: (3,), 1: (3,), 5: (1, 1)}
    refused = graph.attempt(1, t2=ROW, t4=ROW, t5=[[1]])
    assert (refused.shapes, refused.segment) == ({2: (3,), 5: (1, 1)}, None)


def test_only_inputs_that_the_code_reads_are_bound():
    graph = Graph(("FOUR", (0,), (1,)), ("ADD", (1, 2), (3,)), outputs=(3,))
    segment = graph.attempt(t0=ROW, t2=ROW).segment
    assert [*segment.inputs.values()] == [2]


def test_views_and_constants_as_outputs():
    graph = Graph(
        ("VIEW", (0,), (1,)),
        ("FOUR", (0,), (2,)),
        ("ADD", (0, 2), (3,)),
        ("VIEW", (3,), (4,)),
        outputs=(1, 2, 4),
    )
    assert graph.run(t0=ROW) == {1: [[1], [2], [3]], 2: [4, 4, 4], 4: [[5], [6], [7]]}


def test_constants_as_inputs():
    graph = Graph(("ADD", (0, 5), (1,)), outputs=(1,), constants={5: np.int64([10, 20, 30])})
    attempt = graph.attempt(t0=ROW, t5=ROW)
    assert attempt.shapes == {0: (3,)}
    assert graph.run(t0=ROW) == {1: [11, 22, 33]}


def test_a_variable_is_written_in_place():
    graph = Graph(("COUNT", (9,), (1,)), ("ADD", (9, 1), (2,)), outputs=(2,))
    segment = graph.attempt(t9=ROW).segment
    variable = np.array(ROW)
    for expected in ([4, 6, 8], [6, 8, 10]):
        made = segment.run({9: variable}, Meter(), allocate(segment.size), Team())
        assert made[2].tolist() == expected
    assert variable.tolist() == [3, 4, 5]


def test_absent_operands():
    seen = []

    def optional(node, inputs):
        seen.append([*inputs])
        return four(node, inputs)

    graph = Graph(("ADD", (0, -1), (1,)), outputs=(1,), lower={"ADD": optional})
    assert graph.run(t0=ROW) == {1: [4, 4, 4]}
    assert seen[0][1] is None


def test_a_tensor_that_nothing_makes():
    assert Graph(("ADD", (0, 7), (1,)), outputs=(1,)).attempt(t0=ROW).segment is None


def test_strings_are_left_to_kernels():
    strings = np.array([b"a", b"b", b"c"], object)
    assert Graph(("VIEW", (0,), (1,)), outputs=(1,)).attempt(t0=strings).segment is None


def test_a_lowering_that_fails_leaves_the_operator_to_its_kernel():
    def fail(node, inputs):
        raise IndexError("of a malformed model")

    graph = Graph(("ADD", (0, 0), (1,)), outputs=(1,), lower={"ADD": fail})
    assert graph.attempt(t0=ROW).segment is None


@pytest.mark.parametrize("made", [(), (np.zeros(SIZE, np.int32),), (np.zeros(SIZE),) * 2])
def test_outputs_that_are_not_as_declared(made):
    graph = Graph(("ADD", (0, 0), (1,)), outputs=(1,), lower={"ADD": lambda *_: Lowered(made)})
    assert graph.attempt(t0=ROW).segment is None


def test_what_a_run_costs():
    graph = Graph(("ADD", (0, 0), (1,)), ("VIEW", (1,), (2,)), outputs=(2,))
    assert graph.attempt(t0=ROW).segment.operations == 2 * 10_000 + 9 + 6


def test_an_operator_beyond_a_limit_is_left_to_its_kernel():
    def costly(node, *operands):
        raise ModelError("Too much.", "Less.")

    graph = Graph(("ADD", (0, 0), (1,)), ("ADD", (0, 1), (2,)), outputs=(2,))
    first, second = graph.steps.steps
    dear = FlatStep(*(second.__dict__ | {"cost": costly}).values())
    steps = flat_steps([first, dear], {}, (2,))
    assert lower_segment(steps, 0, {0: np.array(ROW)}).segment.stop == 1


def with_kernel(graph, run):
    """The steps, whose kernels may be called."""
    steps = [replace(step, run=run) for step in graph.steps.steps]
    graph.steps = flat_steps(steps, graph.steps.constants, graph.outputs)
    return graph


def test_what_is_made_of_constants_is_constant():
    asked = []

    def sums(*constants):
        asked.append(constants)
        return (constants[0] + 10,)

    constants = {5: np.array(ROW)}
    steps = [("ADD", (5, 5), (1,)), ("ADD", (1, 5), (2,)), ("ADD", (0, 2), (3,))]
    graph = with_kernel(Graph(*steps, outputs=(2, 3), constants=constants), sums)
    segment = graph.attempt(t0=ROW).segment
    assert names(segment) == ["add"]
    assert segment.operations == 3 * (10_000 + 9)
    assert graph.run(t0=ROW) == {2: [21, 22, 23], 3: [22, 24, 26]}
    assert len(asked) == 4


def test_what_is_computed_when_lowered_is_not_counted():
    graph = Graph(("ADD", (5, 5), (1,)), outputs=(1,), constants={5: np.array(ROW)})
    meter = graph.steps.steps[0].node.state.meter
    for error in (None, ModelError("Too much.", "Less.")):

        def run(*constants, error=error):
            meter.spend(1)
            if error:
                raise error
            return (constants[0],)

        with_kernel(graph, run).attempt()
        assert meter.operations == 0


def test_what_fails_on_constants_or_makes_much_is_lowered():
    def fail(*constants):
        raise ModelError("Too much.", "Less.")

    constants = {5: np.array(ROW)}
    for run in (fail, lambda *_: (np.zeros(1 << 18),), None):
        graph = Graph(("ADD", (5, 5), (1,)), outputs=(1,), constants=constants)
        assert with_kernel(graph, run).run() == {1: [2, 4, 6]}


def test_what_depends_on_more_than_constants_is_not_folded():
    def fail(*constants):
        raise AssertionError

    graph = Graph(("ADD", (0, 5), (1,)), outputs=(1,), constants={5: np.array(ROW)})
    assert with_kernel(graph, fail).run(t0=ROW) == {1: [2, 4, 6]}


FUSED = (Fusion("ADD", "ADD", add_to_sum),)
TWO = ["add", "mix", "add"]


def test_two_become_one():
    graph = Graph(("ADD", (0, 1), (2,)), ("ADD", (2, 0), (3,)), outputs=(3,), fusions=FUSED)
    segment = graph.attempt(t0=ROW, t1=ROW).segment
    assert names(segment) == TWO
    assert graph.run(t0=ROW, t1=ROW) == {3: [3, 6, 9]}
    assert segment.owners == ("Operator 1 (ADD)",) * 3
    assert segment.code[0].origin.operator == "ADD + ADD"
    assert segment.operations == 2 * (10_000 + 9)


def test_what_lies_between_two_comes_first():
    graph = Graph(
        ("ADD", (0, 0), (1,)),
        ("VIEW", (0,), (2,)),
        ("COUNT", (9,), (3,)),
        ("ADD", (3, 1), (4,)),
        outputs=(4,),
        fusions=FUSED,
    )
    assert names(graph.attempt(t0=ROW, t9=ROW).segment) == ["count", *TWO]
    assert graph.run(t0=ROW, t9=ROW) == {4: [4, 7, 10]}


@pytest.mark.parametrize(
    ("steps", "outputs"),
    [
        ([("ADD", (0, 0), (1,)), ("ADD", (1, 0), (2,))], (1, 2)),
        ([("ADD", (0, 0), (1,)), ("ADD", (1, 0), (2,)), ("VIEW", (1,), (3,))], (2, 3)),
        ([("ADD", (0, 0), (1,)), ("ADD", (1, 1), (2,))], (2,)),
        ([("ADD", (0, 9), (1,)), ("ADD", (1, 0), (2,))], (2,)),
        ([("ADD", (0, 0), (1,)), ("COUNT", (1,), (2,)), ("ADD", (2, 0), (3,))], (3,)),
        ([("ADD", (0, 0), (1,)), ("PLAIN", (0,), (2,)), ("ADD", (1, 0), (3,))], (3,)),
    ],
    ids=["output", "read twice", "both operands", "variable", "another reader", "not reached"],
)
def test_two_that_stay_two(steps, outputs):
    graph = Graph(*steps, outputs=outputs, fusions=FUSED)
    assert "mix" not in names(graph.attempt(t0=ROW, t9=ROW).segment)


def test_a_first_whose_second_is_not_reached_is_made_nevertheless():
    graph = Graph(
        ("ADD", (0, 0), (1,)),
        ("PLAIN", (0,), (2,)),
        ("ADD", (1, 2), (3,)),
        outputs=(3,),
        fusions=FUSED,
    )
    assert graph.run(t0=ROW) == {1: [2, 4, 6]}


def test_of_two_firsts_of_one_second_one_is_taken_as_it_is():
    graph = Graph(
        ("ADD", (0, 0), (1,)),
        ("ADD", (0, 3), (2,)),
        ("ADD", (1, 2), (4,)),
        outputs=(4,),
        fusions=FUSED,
    )
    assert names(graph.attempt(t0=ROW, t3=ROW).segment) == ["add", *TWO]
    assert graph.run(t0=ROW, t3=[10, 20, 30]) == {4: [13, 26, 39]}


def test_a_second_that_cannot_be_fused_may_be_the_first_of_another():
    def not_of_four(first, second, first_inputs, second_inputs):
        if any(isinstance(source, np.ndarray) for source in (*first_inputs, *second_inputs)):
            return None
        return add_to_sum(first, second, first_inputs, second_inputs)

    graph = Graph(
        ("FOUR", (0,), (1,)),
        ("ADD", (0, 1), (2,)),
        ("ADD", (2, 0), (3,)),
        ("ADD", (3, 0), (4,)),
        outputs=(4,),
        fusions=(Fusion("ADD", "ADD", not_of_four),),
    )
    assert names(graph.attempt(t0=ROW).segment) == ["add", *TWO]
    assert graph.run(t0=ROW) == {4: [7, 10, 13]}


def test_a_fusion_that_fails_is_none():
    def fail(*operators):
        raise ValueError("of a malformed model")

    graph = Graph(
        ("ADD", (0, 1), (2,)),
        ("ADD", (2, 0), (3,)),
        outputs=(3,),
        fusions=(Fusion("ADD", "ADD", fail),),
    )
    assert graph.run(t0=ROW, t1=ROW) == {3: [3, 6, 9]}


def test_a_tensor_that_is_made_again_while_its_first_maker_waits():
    graph = Graph(
        ("ADD", (0, 0), (1,)),
        ("FOUR", (0,), (1,)),
        ("ADD", (1, 0), (2,)),
        outputs=(2,),
        fusions=FUSED,
    )
    assert graph.run(t0=ROW) == {2: [5, 6, 7]}


def test_a_segment_has_no_more_code_than_the_limit(monkeypatch):
    monkeypatch.setattr(lowering, "MOST_CODE", 5)
    steps = [("ADD", (i, i), (i + 10,)) for i in range(8)]
    graph = Graph(*steps, outputs=range(10, 18))
    values = {f"t{i}": ROW for i in range(8)}
    assert graph.attempt(**values).segment.stop == 6
    assert graph.attempt(6, **values).segment.stop == 8


def subgraph(*steps, outputs, **facts):
    graph = Graph(*steps, outputs=outputs, **facts)
    x = new_value((SIZE,), np.int64)
    return x, lower_subgraph(graph.steps, {0: x}, outputs)


def test_a_whole_subgraph():
    x, lowered = subgraph(("ADD", (0, 0), (1,)), ("VIEW", (1,), (2,)), outputs=(2, 0))
    made, same = lowered.outputs
    assert isinstance(made, Value)
    assert (made.shape, same) == ((SIZE, 1), x)
    assert [item.kernel for item in lowered.instructions] == ["add"]
    assert lowered.operations == 2 * 10_000 + 9 + 6


def test_a_subgraph_of_nothing():
    x, lowered = subgraph(outputs=(0, 5), constants={5: np.array(ROW)})
    assert lowered.outputs[0] == x
    assert lowered.outputs[1].tolist() == ROW


@pytest.mark.parametrize(
    ("steps", "outputs"),
    [
        ([("ADD", (0, 0), (1,)), ("PLAIN", (1,), (2,))], (2,)),
        ([("ADD", (0, 0), (1,))], (1, 7)),
        ([("ADD", (0, 7), (1,))], (1,)),
    ],
    ids=["a step", "an output that nothing makes", "an input that nothing makes"],
)
def test_a_subgraph_that_cannot_be_lowered(steps, outputs):
    assert subgraph(*steps, outputs=outputs)[1] is None


def test_a_subgraph_of_too_much_code(monkeypatch):
    monkeypatch.setattr(lowering, "MOST_CODE", 2)
    steps = [("ADD", (0, 0), (i,)) for i in range(1, 4)]
    assert subgraph(*steps, outputs=(1,))[1] is None
    assert subgraph(*steps[:2], outputs=(1,))[1] is not None


def test_what_runs_before_a_loop_and_what_it_costs():
    early, late = Instruction("early", ()), Instruction("late", ())

    def split(node, inputs):
        return Lowered((inputs[0],), (late,), before=(early,), operations=500)

    _, lowered = subgraph(("ADD", (0, 0), (1,)), outputs=(1,), lower={"ADD": split})
    assert [item.kernel for item in lowered.before] == ["early"]
    assert [item.kernel for item in lowered.instructions] == ["late"]
    assert lowered.before[0].origin.operator == "ADD"
    assert lowered.operations == 10_000 + 9 + 500
