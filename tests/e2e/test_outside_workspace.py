"""The rules as users have them: an external repository of an app's own workspace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e import bazel

bazel.require()

APP = Path(__file__).parent / "app"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    workspace = (APP / "WORKSPACE.txt").read_text().format(tflite_quant=bazel.ROOT)
    (folder / "WORKSPACE").write_text(workspace)
    (folder / ".bazelrc").write_text("build --nosandbox_debug\n")
    shutil.copy(APP / "BUILD.txt", folder / "BUILD")
    app = bazel.Workspace(folder, tmp_path_factory.mktemp("output"))
    app.run("build", "@tflite_quant//examples/digits:cnn_saved_model")
    trained = folder / "bazel-bin/external/tflite_quant/examples/digits/cnn_saved_model"
    shutil.copytree(trained, folder / "digits")
    yield app
    app.close()


def test_app_builds_and_its_test_passes(app):
    assert "digit_reader_accuracy" in app.run("test", "//...")
    built = app.outputs()
    assert built["digit_reader.tflite"][4:8] == b"TFL3"
    assert built["assets/models/digit_reader.tflite"] == built["digit_reader.tflite"]
    assert len(built["digit_reader.tflite"]) < 0.5 * len(built["digit_reader.float.tflite"])


def test_summary(app):
    printed = app.run("run", "//:summary")
    assert "bazel-bin/digit_reader.tflite\n" in printed
    assert printed.count("PASS") == 2


def test_test_log_names_every_threshold(app):
    xml = (app.folder / "bazel-testlogs/digit_reader_accuracy/test.xml").read_text()
    assert xml.count("<testcase") == 2
