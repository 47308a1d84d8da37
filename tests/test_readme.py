"""Runs what the README shows; Starlark and Bazel's commands run in tests/e2e."""

import shlex
import tomllib

import pytest

from kernels.tflite.reader import read_model
from tests import checkout, readme, tensorflow_python
from tools import cli

BAZEL_COMMANDS = {"tools/bazel run //examples/digits"}
"""Run by tests/e2e."""


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return tensorflow_python.make_saved_models(folder, "cnn") / "cnn"


def test_every_block_is_of_a_language_that_some_test_runs():
    assert readme.languages() == {"python", "sh", "starlark", "text"}
    assert len(readme.blocks("text")) == 1  # the summary, compared in tests/e2e
    assert len(readme.README.read_text().splitlines()) <= 200


def test_python(saved_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for code in readme.blocks("python"):
        exec(code, {"saved_model_dir": str(saved_model)})
    types = {t.type for t in read_model("quantized_model.tflite").subgraphs[0].tensors}
    assert "INT8" in types


def test_shell(saved_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for line in "".join(readme.blocks("sh")).splitlines():
        run(line.replace("SAVED_MODEL_DIR", str(saved_model)))
    assert read_model("model.tflite").signatures


def run(line):
    words = shlex.split(line)
    if words[0] == "tflq":
        assert cli.main(words[1:]) == 0
    elif words[:2] == ["pip", "install"]:
        check_extra(words[2])
    else:
        assert line in BAZEL_COMMANDS


def check_extra(requirement):
    """``.[extra]``: tests/e2e installs it; here it is enough that there is such an extra."""
    project = tomllib.loads(checkout.path("pyproject.toml").read_text())["project"]
    assert requirement.removeprefix(".[").removesuffix("]") in project["optional-dependencies"]
