"""A run against LiteRT: of a right model, and of one that LiteRT is told otherwise."""

import json
import sys

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.tflite.writer import model_bytes, write_model
from tests.build_model import Operation, constant, graph, tensor
from tests.dense_model import write_dense_model
from tools import cli, command, litert
from tools.run_comparison import Comparison, difference

needs_litert = pytest.mark.skipif(
    litert.version() is None, reason="needs LiteRT: pip install ai-edge-litert"
)
NAN, INFINITY = np.float32("nan"), np.float32("inf")


def chain(factor):
    """y = abs(x * factor) - 1."""
    x, product, size, y = (tensor(name, (2, 3)) for name in ("x", "product", "size", "y"))
    operations = [
        Operation("MUL", [x, constant("factor", np.float32(factor))], [product], {}),
        Operation("ABS", [product], [size]),
        Operation("SUB", [size, constant("one", np.float32(1))], [y], {}),
    ]
    return graph(operations, [x], [y])


def comparison(ours, theirs, numerics):
    interpreter = Interpreter(ours, numerics)
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    return Comparison(interpreter, interpreter.signature(), model_bytes(theirs), {"x": x}, numerics)


@needs_litert
@pytest.mark.parametrize("numerics", ["xnnpack", "reference"])
def test_a_model_agrees_with_itself(numerics):
    compared = comparison(chain(3), chain(3), numerics)
    outputs = compared.interpreter.invoke(**compared.inputs)
    assert compared.outputs(outputs) == {"y": 0}
    assert compared.first_departure(0) is None


@needs_litert
@pytest.mark.parametrize("numerics", ["xnnpack", "reference"])
def test_the_first_operator_that_departs(numerics):
    compared = comparison(chain(3), chain(4), numerics)
    outputs = compared.interpreter.invoke(**compared.inputs)
    assert compared.outputs(outputs) == {"y": 5}
    departure = compared.first_departure(1e-5)
    assert (departure.operator, departure.name, departure.tensor) == (0, "MUL", "product")
    assert departure.difference == 5


@needs_litert
def test_the_command_compares(tmp_path, capsys):
    write_model(chain(3), tmp_path / "m.tflite")
    arguments = ["run", str(tmp_path / "m.tflite"), "--compare", "litert", "--layers"]
    assert cli.main([*arguments, "--json"]) == command.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["outputs"]["y"]["max_difference"] == 0
    assert told["first_departure"] is None
    assert cli.main(arguments) == command.DONE
    assert "no operator departs" in capsys.readouterr().out


def test_without_litert_it_says_how_to_get_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    model = write_dense_model(tmp_path)
    assert cli.main(["run", str(model), "--compare", "litert"]) == command.BAD_INPUT
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert "pip install ai-edge-litert" in told[1]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([1, 2], [1, 4], 2),
        ([NAN, INFINITY, 0], [NAN, INFINITY, 0], 0),
        ([NAN], [0], INFINITY),
        ([INFINITY], [-INFINITY], INFINITY),
        ([], [], 0),
        ([1], [1, 1], INFINITY),
    ],
)
def test_difference(ours, theirs, expected):
    found = difference(np.array(ours, np.float32), np.array(theirs, np.float32))
    assert found == expected
