"""The tutorial's BUILD file, in a workspace of its own: all of it builds, and its tests pass."""

from __future__ import annotations

import subprocess

import pytest

from tests import checkout, markdown, tensorflow_python
from tests.e2e.conftest import empty_workspace


def block(language):
    """The tutorial's only block of a language."""
    page = checkout.path("docs/tutorial.md")
    (text,) = [found.text for found in markdown.blocks(page) if found.language == language]
    return text


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = empty_workspace(tmp_path_factory)
    app = made.folder / "app"
    app.mkdir()
    (made.folder / "train.py").write_text(block("python"))
    python = tensorflow_python.interpreter()
    subprocess.run([python, made.folder / "train.py"], check=True, cwd=app)
    (app / "BUILD").write_text(block("starlark"))
    yield made
    made.close()


def test_everything_builds_and_is_tested(workspace):
    passed = workspace.run("test", "//app:all")
    assert {"//app:bars_accuracy", "//app:assets_test"} <= set(passed.split())
    built = workspace.outputs("app")
    assert built["assets/models/bars.tflite"] == built["bars.tflite"]
    assert b"object Bars" in built["Bars.kt"]
