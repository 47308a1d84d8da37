"""``tflq compare``: what it prints of two models, as text and as JSON."""

import json

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sqnr import sqnr_db
from quant.weight_error import MOST_DB
from tests.dense_model import write_dense_model, write_samples
from tests.float_models import lstm
from tools import cli, command


@pytest.fixture
def files(tmp_path):
    write_samples(tmp_path)
    before = write_dense_model(tmp_path)
    after = tmp_path / "int8.tflite"
    write_model(quantize(read_model(before), Recipe(min_elements=0)).model, after)
    return before, after


def tflq(*arguments):
    return cli.main(["compare", *map(str, arguments)])


def test_outputs_and_layers_are_what_the_interpreters_say(files, tmp_path, capsys):
    data = ["--data", tmp_path / "samples.npz", "--limit", 5]
    assert tflq(*files, *data, "--json") == command.DONE
    told = json.loads(capsys.readouterr().out)
    x = np.load(tmp_path / "samples.npz")["x"][:5, np.newaxis]
    before, after = (np.stack([Interpreter(f).invoke(x=row)["y"] for row in x]) for f in files)
    (output,) = told["outputs"]
    assert told["samples"] == 5
    assert output["sqnr_db"] == pytest.approx(sqnr_db(before, after))
    assert output["largest"] == pytest.approx(np.abs(before - after).max())
    same = (before.argmax(axis=-1) == after.argmax(axis=-1)).mean()
    assert output["agreement"] == same
    assert [each["name"] for each in told["layers"]] == ["h", "y"]
    assert told["layers"][-1]["sqnr_db"] == pytest.approx(output["sqnr_db"])


def test_text_names_the_worst_layers_and_progress_is_apart(files, capsys):
    assert tflq(*files, "--worst", 1) == command.DONE
    told = capsys.readouterr()
    assert "worst 1 of 2 layers" in told.out
    assert "outputs: 16 of 16" in told.err
    assert "outputs: 16" not in told.out


@pytest.mark.parametrize(("least", "code"), [(5, command.DONE), (90, command.NOT_MET)])
def test_a_threshold_decides_the_exit_code(files, capsys, least, code):
    assert tflq(*files, "--no-layers", "--min-sqnr", least) == code
    assert ("PASS" if code == command.DONE else "FAIL") in capsys.readouterr().out


def test_a_model_is_equal_to_itself(files, capsys):
    assert tflq(files[0], files[0], "--limit", 2, "--json") == command.DONE
    told = json.loads(capsys.readouterr().out)
    assert [each["sqnr_db"] for each in (*told["outputs"], *told["layers"])] == [MOST_DB] * 3


def test_another_model_is_bad_input(files, tmp_path, capsys):
    other = tmp_path / "other.tflite"
    write_model(lstm(), other)
    assert tflq(files[0], other) == command.BAD_INPUT
    assert "error: sample 0: " in capsys.readouterr().err
