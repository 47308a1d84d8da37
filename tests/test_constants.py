"""Who reads which constant, over tensors, operators and subgraphs."""

from quant.constants import Constant, Use, elements, find_constants, operator_of, tensor_of
from tests.build_model import Operation, graph, tensor
from tests.control_flow_models import loop, with_subgraphs
from tests.float_models import fully_connected, normal, tied_embedding


def test_uses_of_a_constant_that_two_operators_read():
    (constant,) = find_constants(tied_embedding())
    assert constant.uses == (
        Use(0, 0, 0, constant.tensors[0][1]),
        Use(0, 1, 1, constant.tensors[0][1]),
    )


def test_an_operator_may_read_a_constant_twice():
    c, y = normal("c", 3, 3), tensor("y", (3, 3))
    (constant,) = find_constants(graph([Operation("MUL", [c, c], [y], {})], [], [y]))
    assert [use.operand for use in constant.uses] == [0, 1]


def test_constants_of_all_subgraphs_are_found():
    model = loop()
    found = find_constants(model)
    assert {model.subgraphs[s].tensors[t].name for c in found for s, t in c.tensors} == {
        "0",
        "3",
        "1",
        "w",
        "b",
    }
    weight = next(
        c
        for c in found
        for u in c.uses
        if operator_of(model, u).name == "FULLY_CONNECTED" and u.operand == 1
    )
    assert tensor_of(model, weight.uses[0]).name == "w"
    assert weight.uses[0].subgraph == 2


def test_activations_are_no_constants():
    model = fully_connected(4, 5)
    assert find_constants(model) == (
        Constant(1, ((0, 1),), (Use(0, 0, 1, 1),)),
        Constant(2, ((0, 2),), (Use(0, 0, 2, 2),)),
    )
    assert elements(model.subgraphs[0].tensors[1]) == 20


def test_no_constants():
    x, y = tensor("x", ()), tensor("y", ())
    model = with_subgraphs(graph([Operation("ABS", [x], [y])], [x], [y]))
    assert find_constants(model) == ()
