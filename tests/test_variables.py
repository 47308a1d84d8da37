"""VAR_HANDLE, READ_VARIABLE and ASSIGN_VARIABLE."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.interpreter import Interpreter
from tests.build_model import Operation, graph, tensor


def handle(name):
    return tensor(name, (1,), "RESOURCE")


def named(output, shared_name, container=""):
    options = {"shared_name": shared_name, "container": container}
    return Operation("VAR_HANDLE", [], [handle(output)], options)


X, Y = tensor("x", (2,)), tensor("y", (2,))


def written_then_read(written, read):
    """Assigns x to one variable and reads another; a variable is (name, container)."""
    operations = [
        named("w", *written),
        named("r", *read),
        Operation("ASSIGN_VARIABLE", [handle("w"), X], []),
        Operation("READ_VARIABLE", [handle("r")], [Y]),
    ]
    return graph(operations, [X], [Y])


def test_a_variable_is_its_name():
    x = np.float32([1, 2])
    result = Interpreter(written_then_read(["v"], ["v"])).invoke(x=x)["y"]
    np.testing.assert_array_equal(result, x)


@pytest.mark.parametrize("read", [["w"], ["v", "elsewhere"]])
def test_other_names_are_other_variables(read):
    with pytest.raises(ModelError, match=r"Operator 3 \(READ_VARIABLE.*has no value yet"):
        Interpreter(written_then_read(["v"], read)).invoke(x=np.float32([1, 2]))


def test_a_variable_keeps_its_value_when_the_callers_arrays_change():
    interpreter = Interpreter(written_then_read(["v"], ["v"]))
    x = np.float32([1, 2])
    result = interpreter.invoke(x=x)["y"]
    x[0] = result[1] = 99
    np.testing.assert_array_equal(list(interpreter._state.resources.values()), [[1, 2]])


def test_a_handle_is_one_number():
    model = graph([Operation("READ_VARIABLE", [handle("h")], [Y])], [handle("h")], [Y])
    with pytest.raises(ModelError, match=r"handle has shape \(2,\)"):
        Interpreter(model).invoke(h=np.int32([0, 1]))
