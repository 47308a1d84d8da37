"""``tflq report`` on a model that is bad on purpose, and on a good one."""

import json

import pytest

from quant.model_report import ModelReport
from tests.outlier_model import write_outlier_models
from tools import command
from tools.report_command import main


@pytest.fixture
def folder(tmp_path):
    return write_outlier_models(tmp_path)


def report(folder, *more):
    arguments = [folder / "model.tflite", "--float-model", folder / "float.tflite"]
    return main([str(each) for each in (*arguments, "-o", folder / "report.html", *more)])


def everything(folder):
    return (
        *["--data", folder / "samples.npz", "--metric", "top1", "--min-value", "top1=1.01"],
        *["--quantization", folder / "quantization.json"],
        *["--json", folder / "report.json", "--node-data", folder / "nodes.json"],
    )


def test_the_bad_model_is_diagnosed_in_every_form(folder, capsys):
    assert report(folder, *everything(folder)) == command.DONE
    told = capsys.readouterr().out
    assert "One value spoils channel 3" in told
    assert 'keep_float = ["^first$"]' in told or 'keep_float = ["first"]' in told
    assert "FAIL" in told
    page = (folder / "report.html").read_text()
    made = ModelReport.from_json((folder / "report.json").read_text())
    assert [each.severity for each in made.findings[:2]] == ["bad", "bad"]
    assert "One value spoils channel 3" in page
    assert {*json.loads((folder / "nodes.json").read_text())["main"]["results"]} == {"h", "y"}


def test_the_same_bytes_twice(folder):
    names = ("report.html", "report.json", "nodes.json")
    report(folder, *everything(folder))
    first = [(folder / name).read_bytes() for name in names]
    report(folder, *everything(folder))
    assert [(folder / name).read_bytes() for name in names] == first


def test_two_files_are_enough(folder, capsys):
    assert report(folder, "--quiet") == command.DONE
    assert capsys.readouterr().out == ""
    assert "Layers were not compared" in (folder / "report.html").read_text()


def test_operators_are_timed_where_it_is_asked(folder):
    assert report(folder, "--profile", "--json", folder / "report.json") == command.DONE
    made = ModelReport.from_json((folder / "report.json").read_text())
    assert {each.kind for each in made.times} >= {"FULLY_CONNECTED"}
    assert "Time by operator, in our runtime" in (folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--metric", "top1"], "--metric top1 is given without samples"),
        (["--data", "none.npz"], "none.npz"),
        (["--min-value", "top1=0.9"], "--min-value is given, but nothing was measured"),
    ],
)
def test_bad_input(folder, capsys, arguments, problem):
    assert report(folder, *arguments) == command.BAD_INPUT
    told = capsys.readouterr().err
    assert problem in told
    assert len(told.splitlines()) == 2
    assert not (folder / "report.html").exists()
