"""WHILE, IF and CALL_ONCE, against the loop in Python, and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from tests.build_model import Operation, constant, graph, tensor, with_subgraphs
from tests.oracle import litert


def scalar(name, element_type="INT32"):
    return tensor(name, (), element_type)


def number(name, value):
    return constant(name, np.asarray(value, np.int32))


def halving(half=(0.5,)):
    """while i < n: i, x = i + 1, x * half."""
    i, n, total = scalar("i"), scalar("n"), tensor("x", (1, 3))
    condition = graph(
        [Operation("LESS", [scalar("ci"), scalar("cn")], [scalar("go", "BOOL")])],
        [scalar("ci"), scalar("cn"), tensor("cx", (1, 3))],
        [scalar("go", "BOOL")],
    )
    factor = constant("half", np.float32(half))
    body = graph(
        [
            Operation("ADD", [scalar("bi"), number("one", 1)], [scalar("bj")]),
            Operation("MUL", [tensor("bx", (1, 3)), factor], [tensor("by", (1, 3))]),
        ],
        [scalar("bi"), scalar("bn"), tensor("bx", (1, 3))],
        [scalar("bj"), scalar("bn"), tensor("by", (1, 3))],
    )
    loop = Operation(
        "WHILE",
        [i, n, total],
        [scalar("end"), scalar("same"), tensor("y", (1, 3))],
        {"cond_subgraph_index": 1, "body_subgraph_index": 2},
    )
    main = graph([loop], [i, n, total], [scalar("end"), tensor("y", (1, 3))])
    return with_subgraphs(main, condition, body)


@pytest.mark.parametrize("turns", [0, 1, 7])
def test_a_loop(turns):
    x = np.float32([[1, -2, 3]])
    fed = {"i": np.asarray(0, np.int32), "n": np.asarray(turns, np.int32), "x": x}
    result = Interpreter(halving()).invoke(**fed)
    assert result["end"] == turns
    np.testing.assert_array_equal(result["y"], x / 2**turns)
    end, y = litert(halving(), list(fed.values()))
    np.testing.assert_array_equal(result["end"], end)
    np.testing.assert_array_equal(result["y"], y)


def test_a_loop_over_another_batch():
    x = np.ones((5, 3), np.float32)
    result = Interpreter(halving()).invoke(i=np.int32(0), n=np.int32(2), x=x)["y"]
    np.testing.assert_array_equal(result, x / 4)


def test_intermediates_are_those_of_the_last_turn():
    x = np.float32([[8, 8, 8]])
    interpreter = Interpreter(halving())
    values = interpreter.invoke_all(i=np.int32(0), n=np.int32(3), x=x)
    names = [t.name for t in interpreter.model.subgraphs[2].tensors]
    np.testing.assert_array_equal(values[2, names.index("by")], x / 8)
    assert values[2, names.index("bj")] == 3


def test_a_loop_that_does_not_end():
    interpreter = Interpreter(halving(), limits=Limits(loop_iterations=100))
    fed = {"i": np.int32(-(10**9)), "n": np.int32(10**9), "x": np.ones((1, 3), np.float32)}
    with pytest.raises(ModelError, match=r"Operator 0 \(WHILE.*ran 100 times, the limit"):
        interpreter.invoke(**fed)
    short = {**fed, "i": np.int32(10**9 - 90)}
    for _ in range(2):  # every invocation has the whole limit
        assert interpreter.invoke(**short)["end"] == 10**9


def test_an_error_within_a_loop_names_both_operators():
    interpreter = Interpreter(halving(half=[0.5, 0.5]))
    fed = {"i": np.int32(0), "n": np.int32(1), "x": np.ones((1, 3), np.float32)}
    with pytest.raises(ModelError, match=r"Operator 0 \(WHILE.*'y'\): Operator 1 \(MUL.*'by'\)"):
        interpreter.invoke(**fed)


def branches():
    """x + 1 if go else x - 1."""
    sides = [
        graph(
            [
                Operation(
                    name, [tensor("sx", (2,)), constant("c", np.float32([1]))], [tensor("sy", (2,))]
                )
            ],
            [tensor("sx", (2,))],
            [tensor("sy", (2,))],
        )
        for name in ("ADD", "SUB")
    ]
    go, x, y = tensor("go", (1,), "BOOL"), tensor("x", (2,)), tensor("y", (2,))
    options = {"then_subgraph_index": 1, "else_subgraph_index": 2}
    return with_subgraphs(graph([Operation("IF", [go, x], [y], options)], [go, x], [y]), *sides)


@pytest.mark.parametrize("go", [True, False])
def test_a_branch(go):
    x, condition = np.float32([3, 4]), np.bool_([go])
    result = Interpreter(branches()).invoke(go=condition, x=x)["y"]
    np.testing.assert_array_equal(result, x + 1 if go else x - 1)
    np.testing.assert_array_equal(result, litert(branches(), [condition, x])[0])


def test_only_the_branch_that_ran_has_intermediates():
    values = Interpreter(branches()).invoke_all(go=np.bool_([True]), x=np.float32([3, 4]))
    assert {subgraph for subgraph, _ in values} == {0, 1}


@pytest.mark.parametrize("count", [0, 2])
def test_a_condition_of_several_elements(count):
    with pytest.raises(InputError, match=rf"IF.*condition has shapes \[\({count},\)\]"):
        Interpreter(branches()).invoke(go=np.zeros(count, np.bool_), x=np.float32([3, 4]))


def handle(name):
    return tensor(name, (1,), "RESOURCE")


def counter():
    """Once: count = 10. Then: count = count + x."""
    start = graph(
        [
            Operation("VAR_HANDLE", [], [handle("sh")], {"shared_name": "count"}),
            Operation("ASSIGN_VARIABLE", [handle("sh"), constant("ten", np.float32([10]))], []),
        ],
        [],
        [],
    )
    x, y = tensor("x", (1,)), tensor("y", (1,))
    main = graph(
        [
            Operation("CALL_ONCE", [], [], {"init_subgraph_index": 1}),
            Operation("VAR_HANDLE", [], [handle("h")], {"shared_name": "count"}),
            Operation("READ_VARIABLE", [handle("h")], [tensor("old", (1,))]),
            Operation("ADD", [tensor("old", (1,)), x], [y]),
            Operation("ASSIGN_VARIABLE", [handle("h"), y], []),
        ],
        [x],
        [y],
    )
    return with_subgraphs(main, start)


def test_what_is_called_once_sets_up_a_variable():
    interpreter = Interpreter(counter())
    totals = [interpreter.invoke(x=np.float32([5]))["y"].item() for _ in range(3)]
    assert totals == [15, 20, 25]
    assert litert(counter(), [np.float32([5])])[0].item() == 15


def test_reset_starts_again():
    interpreter = Interpreter(counter())
    interpreter.invoke(x=np.float32([5]))
    interpreter.reset()
    assert interpreter.invoke(x=np.float32([1]))["y"].item() == 11


def test_interpreters_do_not_share_variables():
    first, second = Interpreter(counter()), Interpreter(counter())
    first.invoke(x=np.float32([5]))
    assert second.invoke(x=np.float32([1]))["y"].item() == 11
