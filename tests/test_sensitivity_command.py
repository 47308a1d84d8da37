"""``tflq sensitivity``: each weight alone, and lines that the quantizer takes."""

import json

import pytest

from kernels.tflite.writer import write_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.scheme import FLOAT
from tests.dense_model import dense_model, write_dense_model, write_samples
from tests.outlier_model import outlier_models
from tools import cli, command


@pytest.fixture
def model(tmp_path):
    write_samples(tmp_path)
    return write_dense_model(tmp_path)


def tflq(*arguments):
    return cli.main(["sensitivity", *map(str, arguments)])


def told(capsys, *arguments):
    assert tflq(*arguments, "--json") == command.DONE
    return json.loads(capsys.readouterr().out)


def test_lines_of_the_recipe_keep_that_weight_float(model, tmp_path, capsys):
    found = told(capsys, model, "--min-elements", 0, "--data", tmp_path / "samples.npz")
    assert {each["name"] for each in found["weights"]} == {"first", "second"}
    assert found["keep_float"]
    for each in found["weights"]:
        recipe = Recipe(min_elements=0, keep_float=(each["keep_float"],))
        plan = quantize(dense_model(), recipe).plan
        assert {e.name for e in plan.constants if e.scheme == FLOAT} == {each["name"]}
        assert each["gain_db"] == pytest.approx(each["without_db"] - found["all_db"])


def test_the_spoilt_weight_is_named_first(tmp_path, capsys):
    before, _, _ = outlier_models()
    path = tmp_path / "float.tflite"
    write_model(before, path)
    assert tflq(path, "--limit", 4, "--min-elements", 0) == command.DONE
    text = capsys.readouterr().out
    worst = told(capsys, path, "--limit", 4, "--min-elements", 0)
    assert worst["weights"][0]["keep_float"] in worst["keep_float"]
    assert json.dumps(worst["weights"][0]["keep_float"]) in text


def test_schemes_are_told_apart(model, capsys):
    found = told(capsys, model, "--min-elements", 0, "--limit", 3, "--by-scheme")
    for each in found["weights"]:
        exact = {option["scheme"]: option["sqnr_db"] for option in each["schemes"]}
        assert exact["float16"] > exact["dynamic_range"] > exact["int4"]


def test_nothing_to_change_is_said(model, capsys):
    assert tflq(model, "--scheme", "float", "--limit", 1) == command.DONE
    assert "changes no weight" in capsys.readouterr().out


def test_integers_need_data(model, capsys):
    assert tflq(model, "--scheme", "full_integer") == command.BAD_INPUT
    assert len(capsys.readouterr().err.splitlines()) == 2
