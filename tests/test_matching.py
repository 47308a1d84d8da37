"""Patterns found in subgraphs."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.flat.instruction import Lowered
from kernels.flat.lowering import lower_subgraph
from kernels.flat.matching import with_patterns
from kernels.flat.pattern import ANY, Made, Pattern
from kernels.flat.steps import flat_steps
from kernels.flat.value import new_value
from tests.flat_graph import SIZE, Graph
from tests.flat_kernels import called, flat_kernels

pytestmark = pytest.mark.usefixtures(flat_kernels.__name__)
__all__ = ["flat_kernels"]

SEEN = []


def lower(nodes, node, inputs):
    SEEN.append([made.index for made in nodes])
    assert (node.name, len(node.inputs)) == (nodes[0].name, len(inputs))
    z = new_value((SIZE,), np.int64)
    return Lowered((z,), (called("mix", inputs[0], z, 0, chunks=SIZE),))


INNER = Made("ADD", ("x", "y"))
CHAIN = Pattern(Made("COUNTED", (Made("PLAIN", (INNER,)),)), ("x", "y"), 5, lower)
BOTH = Pattern(Made("ADD", (Made("PLAIN", ("x",)), Made("PLAIN", ("x",)))), ("x",), 2, lower)
WITH_ANY = Pattern(Made("ADD", (Made("PLAIN", ("x",)), ANY)), ("x",), 2, lower)


def matched(*steps, outputs, pattern=CHAIN):
    SEEN.clear()
    graph = Graph(*steps, outputs=outputs)
    marked = [
        replace(step, patterns=(pattern,) if step.node.name == pattern.root.operator else ())
        for step in graph.steps.steps
    ]
    return with_patterns(flat_steps(marked, {}, outputs), outputs)


def shown(steps):
    return [(step.node.name, step.inputs, step.outputs) for step in steps.steps]


def test_operators_become_one_at_the_place_of_the_last():
    steps = matched(
        ("ADD", (0, 1), (2,)),
        ("VIEW", (0,), (3,)),
        ("PLAIN", (2,), (4,)),
        ("COUNTED", (4,), (5,)),
        ("ADD", (5, 3), (6,)),
        outputs=(6,),
    )
    assert shown(steps) == [
        ("VIEW", (0,), (3,)),
        ("COUNTED", (0, 1), (5,)),
        ("ADD", (5, 3), (6,)),
    ]
    assert steps.readers == {0: (0, 1), 1: (1,), 3: (2,), 5: (2,), 6: (3,)}
    x = new_value((SIZE,), np.int64)
    lowered = lower_subgraph(steps, {0: x, 1: x}, (5,))
    assert SEEN == [[3, 2, 0]]
    assert [item.kernel for item in lowered.instructions] == ["mix", "add"]


def test_what_others_read_stays():
    chain = [("ADD", (0, 1), (2,)), ("PLAIN", (2,), (3,)), ("COUNTED", (3,), (4,))]
    whole = [("COUNTED", (0, 1), (4,))]
    assert shown(matched(*chain, outputs=(4,))) == whole
    assert shown(matched(*chain, outputs=(4, 2))) == [chain[0], *whole]
    assert shown(matched(*chain, outputs=(4, 3))) == [*chain[:2], *whole]
    reader = ("VIEW", (2,), (5,))
    assert shown(matched(*chain, reader, outputs=(4, 5))) == [chain[0], *whole, reader]


def test_a_name_is_one_tensor():
    same = [("PLAIN", (0,), (1,)), ("PLAIN", (0,), (2,)), ("ADD", (1, 2), (3,))]
    assert shown(matched(*same, outputs=(3,), pattern=BOTH)) == [("ADD", (0,), (3,))]
    other = [("PLAIN", (0,), (1,)), ("PLAIN", (9,), (2,)), ("ADD", (1, 2), (3,))]
    assert shown(matched(*other, outputs=(3,), pattern=BOTH)) == other
    assert shown(matched(*other, outputs=(3,), pattern=WITH_ANY)) == [other[1], ("ADD", (0,), (3,))]


@pytest.mark.parametrize(
    "steps",
    [
        [("ADD", (0, 1), (2,)), ("VIEW", (2,), (3,)), ("COUNTED", (3,), (4,))],
        [("PLAIN", (0,), (3,)), ("COUNTED", (3,), (4,))],
        [("ADD", (0, 1, 1), (2,)), ("PLAIN", (2,), (3,)), ("COUNTED", (3,), (4,))],
        [("ADD", (0, 1), (2, 5)), ("PLAIN", (2,), (3,)), ("COUNTED", (3,), (4,))],
        [("COUNTED", (0,), (4,))],
    ],
    ids=["operator", "an input of the subgraph", "more inputs", "more outputs", "nothing made"],
)
def test_what_is_written_otherwise(steps):
    assert shown(matched(*steps, outputs=(4,))) == steps


def test_two_of_a_kind_share_what_both_read():
    steps = matched(
        ("ADD", (0, 1), (2,)),
        ("PLAIN", (2,), (3,)),
        ("COUNTED", (3,), (4,)),
        ("PLAIN", (2,), (5,)),
        ("COUNTED", (5,), (6,)),
        outputs=(4, 6),
    )
    assert shown(steps) == [
        ("ADD", (0, 1), (2,)),
        ("COUNTED", (0, 1), (4,)),
        ("COUNTED", (0, 1), (6,)),
    ]


def test_it_costs_what_its_operators_do():
    chain = [("ADD", (0, 1), (2,)), ("PLAIN", (2,), (3,)), ("COUNTED", (3,), (4,))]
    x = new_value((SIZE,), np.int64)
    lowered = lower_subgraph(matched(*chain, outputs=(4,)), {0: x, 1: x}, (4,))
    assert lowered.operations == 3 * 10_000 + 3 * SIZE + 3 * SIZE


def test_subgraphs_without_patterns_are_the_same():
    steps = Graph(("ADD", (0, 0), (1,)), outputs=(1,)).steps
    assert with_patterns(steps, (1,)) is steps
