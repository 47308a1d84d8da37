"""Elements of lists that loops write, as TensorFlow's converter has them."""

import numpy as np
import pytest

from kernels.flat.profile import PLAIN
from kernels.interpreter import Interpreter
from tests.build_model import Operation, constant, graph, tensor, with_subgraphs
from tests.oracle import random
from tests.plain_and_flat import assert_equals_plain, assert_flat, kernels_of

LENGTH = 7
CONSTANTS = {"one": 1, "begin": 0, "rest_of_sizes": -1, "rest_of_begin": 0, "sizes": -1}


def integers(name, *values):
    return constant(name, np.array(values, np.int32))


def scalar(name):
    return tensor(name, (), "INT32")


def update(whole, item, index, following, made, axis=0, activation=0, **constants):
    """made = whole with ``item`` at ``index``; ``following`` = index + 1."""
    given, rank = {**CONSTANTS, **constants}, len(whole.tensor.shape)
    one = constant("one", np.array(given["one"], np.int32))
    counts = {"begin": rank, "rest_of_sizes": rank - 1, "rest_of_begin": rank - 1, "sizes": rank}
    known = {name: integers(name, *[given[name]] * count) for name, count in counts.items()}
    shape = whole.tensor.shape
    places = [tensor(name, (1,), "INT32") for name in ("at", "behind_at")]
    sizes, begin = (tensor(name, (rank,), "INT32") for name in ("first_sizes", "second_begin"))
    before, behind = (tensor(name, (1, *shape[1:])) for name in ("before", "behind"))
    joined = {"axis": 0}
    return [
        Operation("ADD", [index, one], [following], {}),
        Operation("RESHAPE", [index, integers("shape", 1)], [places[0]], {}),
        Operation("CONCATENATION", [places[0], known["rest_of_sizes"]], [sizes], joined),
        Operation("SLICE", [whole, known["begin"], sizes], [before]),
        Operation("RESHAPE", [following, integers("shape", 1)], [places[1]], {}),
        Operation("CONCATENATION", [places[1], known["rest_of_begin"]], [begin], joined),
        Operation("SLICE", [whole, begin, known["sizes"]], [behind]),
        Operation(
            "CONCATENATION",
            [before, item, behind],
            [made],
            {"axis": axis, "fused_activation_function": activation},
        ),
    ]


def writing(shape=(LENGTH, 2, 3), **facts):
    """while i < n: list[i] = item; item = item + item; i = i + 1."""

    def given(prefix):
        floats = [tensor(prefix + "list", shape), tensor(prefix + "item", (1, *shape[1:]))]
        return [scalar(prefix + "i"), scalar(prefix + "n"), *floats]

    i, n, whole, item = given("b")
    following, made, twice = (
        scalar("following"),
        tensor("made", shape),
        tensor("twice", item.tensor.shape),
    )
    operations = update(whole, item, i, following, made, **facts)
    operations.append(Operation("ADD", [item, item], [twice], {}))
    body = graph(operations, [i, n, whole, item], [following, n, made, twice])
    go = tensor("go", (), "BOOL")
    condition = graph([Operation("LESS", given("c")[:2], [go])], given("c"), [go])
    loop = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    main = graph([Operation("WHILE", given(""), given("end_"), loop)], given(""), given("end_"))
    return with_subgraphs(main, condition, body)


def fed(i, n, shape=(LENGTH, 2, 3)):
    numbers = [np.array(value, np.int32) for value in (i, n)]
    return [*numbers, random(1, *shape), random(2, 1, *shape[1:])]


@pytest.mark.parametrize("shape", [(LENGTH,), (LENGTH, 4), (LENGTH, 2, 3)])
@pytest.mark.parametrize(("i", "n"), [(0, 0), (0, 1), (0, LENGTH), (3, LENGTH)])
def test_a_list_is_written_in_place(i, n, shape):
    kernels = assert_flat(writing(shape), *fed(i, n, shape))
    assert kernels.count("indexing.put_rows") == n - i
    assert kernels.count("copying.copy") == 3 + 2 * (n - i)  # i, list, item; then i and item


@pytest.mark.parametrize(("i", "n"), [(-1, 1), (-2, 0), (LENGTH, LENGTH + 1), (5, LENGTH + 2)])
def test_an_index_out_of_range_is_left_to_the_kernels(i, n):
    model, given = writing(), fed(i, n)
    interpreter = Interpreter(model)
    named = dict(zip(interpreter.signature().inputs, given, strict=True))
    outcomes = []
    for run in (interpreter.invoke, interpreter.invoke_all):
        try:
            run(**named)
            outcomes.append("runs")
        except Exception as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]
    if outcomes[0] == "runs":
        assert_equals_plain(model, *given)


@pytest.mark.parametrize(
    "facts",
    [
        {"one": 2},
        {"begin": 1},
        {"rest_of_sizes": 2},
        {"rest_of_begin": 1},
        {"sizes": 1},
        {"axis": 1},
        {"activation": 1},
    ],
)
def test_what_is_no_list_update(facts):
    model, given = writing(**facts), fed(1, 2)
    interpreter = Interpreter(model)
    named = dict(zip(interpreter.signature().inputs, given, strict=True))
    try:
        interpreter.invoke_all(**named)
    except Exception as error:
        with pytest.raises(type(error)):
            Interpreter(model).invoke(**named)
    else:
        assert PLAIN in kernels_of(model, *given)
        assert_equals_plain(model, *given)


def test_another_element_is_no_list_update():
    """Two elements in the place of one: the list grows."""
    model = writing((LENGTH, 3))
    body = model.subgraphs[2]
    assert body.operators[-1].name == "ADD"
    given = fed(0, 3, (LENGTH, 3))
    given[-1] = random(2, 2, 3)
    interpreter = Interpreter(model)
    named = dict(zip(interpreter.signature().inputs, given, strict=True))
    expected = interpreter.invoke_all(**named)[0, interpreter.signature().outputs["end_list"]]
    np.testing.assert_array_equal(interpreter.invoke(**named)["end_list"], expected)
    assert len(expected) == LENGTH + 3
