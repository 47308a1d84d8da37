"""The front door: loading, signatures, batches, results that belong to the caller."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import InputError, ModelError, TfliteQuantError
from kernels.interpreter import Interpreter
from kernels.model import Signature
from kernels.node import NUMERICS
from kernels.tflite.writer import model_bytes, write_model
from tests.build_model import Operation, constant, graph, single_operator, tensor
from tests.control_flow_models import LOOP_SIZE, loop
from tests.float_models import BATCH
from tests.plain_and_flat import assert_same_bits

X, Y = tensor("x", (1, 3)), tensor("y", (1, 3))
DOUBLE = single_operator("MUL", [X, constant("two", np.float32([2]))], [Y])
ONES = np.ones((1, 3), np.float32)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_a_model_bytes_or_a_file(tmp_path, numerics):
    write_model(DOUBLE, tmp_path / "m.tflite")
    for source in (DOUBLE, model_bytes(DOUBLE), tmp_path / "m.tflite", str(tmp_path / "m.tflite")):
        result = Interpreter(source, numerics).invoke(x=ONES)
        assert list(result) == ["y"]
        np.testing.assert_array_equal(result["y"], ONES * 2)


def test_numerics_that_do_not_exist():
    with pytest.raises(InputError, match=r"Numerics 'exact' do not exist\.\n.*xnnpack, reference"):
        Interpreter(DOUBLE, "exact")


@pytest.mark.parametrize("source", [b"", b"no model", model_bytes(DOUBLE)[:100], "/no/such/file"])
def test_what_is_no_model(source):
    with pytest.raises(ModelError):
        Interpreter(source)


def test_a_model_made_by_hand_is_verified_too():
    with pytest.raises(ModelError, match="version"):
        Interpreter(replace(DOUBLE, version=2))


@pytest.mark.parametrize("batch", [0, 1, 4, 100])
def test_any_batch(batch):
    x = np.random.default_rng(1).standard_normal((batch, 3)).astype(np.float32)
    np.testing.assert_array_equal(Interpreter(DOUBLE).invoke(x=x)["y"], x * 2)


def test_results_belong_to_the_caller():
    """x, a view of x, a constant and a value that is given twice, all written to."""
    shape = constant("s", np.int32([3]))
    flat, y = tensor("flat", (3,)), tensor("y", (1, 3))
    two = constant("two", np.float32([2, 2, 2]))
    operations = [Operation("RESHAPE", [X, shape], [flat]), Operation("MUL", [X, two], [y])]
    model = graph(operations, [X], [X, flat, two, y])
    names = {value.name: i for i, value in enumerate(model.subgraphs[0].tensors)}
    outputs = {
        "x": names["x"],
        "flat": names["flat"],
        "two": names["two"],
        "y": names["y"],
        "z": names["y"],
    }
    model = replace(model, signatures=(Signature("s", {"x": names["x"]}, outputs),))
    interpreter, x = Interpreter(model), ONES.copy()
    result = interpreter.invoke(x=x)
    for name, value in result.items():
        value += 1
        others = [other for key, other in result.items() if key != name]
        assert not any(np.shares_memory(value, other) for other in [x, *others])
    np.testing.assert_array_equal(x, ONES)
    np.testing.assert_array_equal(interpreter.invoke(x=x)["y"], ONES * 2)


def test_inputs_stay_as_they_are():
    x = ONES.copy()
    x.flags.writeable = False
    Interpreter(DOUBLE).invoke(x=x)


def test_every_intermediate():
    z = tensor("z", (1, 3))
    model = graph([*_operations(), Operation("NEG", [Y], [z])], [X], [z])
    interpreter = Interpreter(model)
    values = interpreter.invoke_all(x=ONES)
    names = {interpreter.model.subgraphs[s].tensors[t].name: v for (s, t), v in values.items()}
    assert sorted(names) == ["x", "y", "z"]
    np.testing.assert_array_equal(names["y"], ONES * 2)
    assert not np.shares_memory(names["x"], ONES)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("threads", [1, 2])
def test_values_are_observed_as_the_plain_kernels_make_them(numerics, threads):
    """Those of an operator's unread output and of every turn of a loop among them."""
    interpreter = Interpreter(loop(), numerics, num_threads=threads)
    x = np.random.default_rng(3).normal(size=(BATCH, LOOP_SIZE)).astype(np.float32)
    told = []
    result = interpreter.observe(lambda s, t, value: told.append(((s, t), value.copy())), x=x)
    assert_same_bits(result["y"], interpreter.invoke(x=x)["y"])
    expected = interpreter.invoke_all(x=x)
    last = dict(told)
    assert last.keys() == expected.keys()
    for place, value in last.items():
        assert_same_bits(value, expected[place])
    turns = [place for place, _ in told]
    body = interpreter.model.subgraphs[2]
    assert {turns.count((2, index)) for index in (*body.inputs, *body.outputs)} == {3}


def test_variables_are_observed_before_and_after():
    weights = [constant("f", np.ones((1, 3), np.float32)), constant("t", np.float32([[1, 2]]))]
    x, state = tensor("x", (1, 3)), tensor("state", (1, 2), is_variable=True)
    model = single_operator("SVDF", [x, *weights, None, state], [tensor("y", (1, 1))], {"rank": 1})
    interpreter = Interpreter(model)
    (variable,) = (t for t, it in enumerate(model.subgraphs[0].tensors) if it.is_variable)
    told = []
    interpreter.observe(lambda s, t, value: told.append((t, value.copy())), x=ONES)
    before, after = (value for index, value in told if index == variable)
    np.testing.assert_array_equal(before, [[0, 0]])
    np.testing.assert_array_equal(after, [[0, 3]])


def _operations():
    return [Operation("MUL", [X, constant("two", np.float32([2]))], [Y])]


def test_observing_ends_with_an_error():
    interpreter = Interpreter(DOUBLE)
    with pytest.raises(InputError):
        interpreter.invoke_all(nothing=ONES)
    np.testing.assert_array_equal(interpreter.invoke(x=ONES)["y"], ONES * 2)


def several(*keys):
    (signature,) = DOUBLE.signatures
    return replace(DOUBLE, signatures=tuple(replace(signature, key=key) for key in keys))


@pytest.mark.parametrize(
    ("keys", "called"),
    [(["a"], None), (["a"], "a"), (["a", "serving_default"], None), (["a", "b"], "b")],
)
def test_the_signature_that_is_called(keys, called):
    np.testing.assert_array_equal(Interpreter(several(*keys)).invoke(called, x=ONES)["y"], ONES * 2)


@pytest.mark.parametrize(("keys", "called"), [(["a", "b"], None), (["a"], "b"), (["a", "b"], "c")])
def test_a_signature_that_does_not_exist(keys, called):
    with pytest.raises(InputError, match=r"no signature .*\n.*It has 'a'"):
        Interpreter(several(*keys)).invoke(called, x=ONES)


def test_nan_and_infinity_pass_without_a_warning(recwarn):
    x = np.float32([[np.nan, np.inf, -3e38]])
    np.testing.assert_array_equal(Interpreter(DOUBLE).invoke(x=x)["y"], [[np.nan, np.inf, -np.inf]])
    assert not recwarn.list


def test_errors_are_of_one_family():
    model = single_operator("MUL", [X, constant("two", np.float32([2, 2]))], [Y])
    with pytest.raises(TfliteQuantError, match=r"Operator 0 \(MUL, which makes 'y'\)") as caught:
        Interpreter(model).invoke(x=ONES)
    assert caught.value.cure


def test_threads_that_call_one_interpreter_take_turns():
    middle = tensor("m", (1, 3))
    model = graph([Operation("RELU", [X], [middle]), Operation("RELU", [middle], [Y])], [X], [Y])
    interpreter = Interpreter(model, num_threads=2)
    inputs = [np.random.default_rng(i).normal(size=(i, 3)).astype(np.float32) for i in range(1, 9)]

    def invoke(number):
        x = inputs[number % len(inputs)]
        return np.array_equal(interpreter.invoke(x=x)["y"], np.maximum(x, 0))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(invoke, range(400)))
