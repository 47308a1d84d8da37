import pytest

from kernels.model import Model, Operator, Subgraph, Table, Tensor
from quant.uninitialized_variables import uninitialized_variables

TENSORS = (Tensor("handle", "RESOURCE", ()), Tensor("value", "FLOAT32", (1, 4))) * 3


def handle(name, output, container=None):
    fields = {"shared_name": name, **({"container": container} if container else {})}
    return Operator("VAR_HANDLE", (), (output,), Table("VarHandleOptions", fields))


def call_once(subgraph):
    return Operator(
        "CALL_ONCE", (), (), Table("CallOnceOptions", {"init_subgraph_index": subgraph})
    )


def read(name, container=None, at=0):
    return (handle(name, at, container), Operator("READ_VARIABLE", (at,), (at + 1,)))


def assign(name, container=None, at=0):
    return (handle(name, at, container), Operator("ASSIGN_VARIABLE", (at, at + 1), ()))


def model(*subgraphs):
    return Model(tuple(Subgraph(TENSORS, (), (), graph) for graph in subgraphs), (b"",))


@pytest.mark.parametrize(
    ("subgraphs", "expected"),
    [
        ([()], ()),
        ([(Operator("ADD", (1, 1), (1,)),)], ()),
        ([read("weight")], ("weight",)),
        ([(*read("b"), *read("a", at=2), *read("b", at=4))], ("a", "b")),
        ([(call_once(1), *read("state"), *assign("state", at=2)), assign("state")], ()),
        ([(call_once(1), *read("state"), *read("weight", at=2)), assign("state")], ("weight",)),
        # assigned, but by no subgraph that CALL_ONCE runs
        ([read("state"), assign("state")], ("state",)),
        ([(*read("state"), *assign("state", at=2))], ("state",)),
        # the second signature's graph calls the initializer
        ([read("state"), (call_once(2),), assign("state")], ()),
        # a handle that is passed into a loop's body is read there
        ([(handle("weight", 0), Operator("WHILE", (0,), (0,)))], ("weight",)),
        # variables of one name in two containers are two
        ([(call_once(1), *read("state", "here")), assign("state", "there")], ("state",)),
    ],
)
def test_variables_without_a_first_value(subgraphs, expected):
    assert uninitialized_variables(model(*subgraphs)) == expected


def test_several_handles_in_an_initializer():
    initializer = (*assign("a"), *assign("b", at=2))
    graphs = (call_once(1), *read("a"), *read("b", at=2), *read("c", at=4)), initializer
    assert uninitialized_variables(model(*graphs)) == ("c",)
