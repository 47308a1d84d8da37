"""``tflq run``: what it prints of a model, on given and on random inputs."""

import json

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.tflite.writer import write_model
from tests.build_model import single_operator, tensor
from tests.dense_model import write_dense_model
from tools import cli, command
from tools.run import random_inputs


def run(capsys, *arguments):
    assert cli.main(["run", *map(str, arguments)]) == command.DONE
    return capsys.readouterr().out


def test_random_inputs_follow_the_seed(tmp_path, capsys):
    model = write_dense_model(tmp_path)
    first, again, other = (run(capsys, model, "--seed", seed) for seed in (1, 1, 2))
    assert first == again != other


def test_given_inputs_are_run(tmp_path, capsys):
    model = write_dense_model(tmp_path)
    interpreter = Interpreter(model)
    inputs = random_inputs(interpreter, interpreter.signature(), 3)
    np.savez(tmp_path / "x.npz", **inputs)
    told = json.loads(run(capsys, model, "--input", tmp_path / "x.npz", "--json"))
    for name, value in interpreter.invoke(**inputs).items():
        assert told["outputs"][name]["shape"] == list(value.shape)
        assert told["outputs"][name]["max"] == pytest.approx(float(value.max()))


@pytest.mark.parametrize(
    ("element_type", "low", "high"),
    [("INT8", -128, 127), ("INT32", 0, 9), ("BOOL", 0, 1), ("FLOAT32", -9, 9)],
)
def test_random_values_suit_the_type(element_type, low, high):
    model = single_operator(
        "SHAPE", [tensor("x", (50, 4), element_type)], [tensor("y", (2,), "INT32")]
    )
    interpreter = Interpreter(model)
    (value,) = random_inputs(interpreter, interpreter.signature(), 0).values()
    assert value.shape == (50, 4)
    assert low <= value.min() < value.max() <= high


def test_strings_have_no_random_values(tmp_path, capsys):
    model = single_operator("SHAPE", [tensor("x", (2,), "STRING")], [tensor("y", (1,), "INT32")])
    write_model(model, tmp_path / "s.tflite")
    assert cli.main(["run", str(tmp_path / "s.tflite")]) == command.BAD_INPUT
    assert "STRING" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(10), None])
def test_a_bad_input_file_is_two_lines(tmp_path, capsys, content):
    if content is not None:
        (tmp_path / "x.npz").write_bytes(content)
    arguments = ["run", str(write_dense_model(tmp_path)), "--input", str(tmp_path / "x.npz")]
    assert cli.main(arguments) == command.BAD_INPUT
    assert len(capsys.readouterr().err.splitlines()) == 2
