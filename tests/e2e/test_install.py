"""``pip install`` gives the same API and the command ``tflq``."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e import bazel


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    checkout = bazel.copy_checkout(tmp_path_factory.mktemp("checkout"))
    subprocess.run([folder / "bin/pip", "install", "--quiet", checkout], check=True)
    return folder


def test_command(environment, app, tmp_path):
    app.run("build", "//:digits")
    model = tmp_path / "model.tflite"
    float_model = app.folder / "bazel-bin/digits.float.tflite"
    subprocess.run(
        [environment / "bin/tflq", "quantize", float_model, "-o", model], check=True, cwd=tmp_path
    )
    assert model.read_bytes() == app.outputs()["digits.tflite"]


def test_python(environment, tmp_path):
    subprocess.run(
        [environment / "bin/python", "-c", "import quant; quant.TFLiteConverter"],
        check=True,
        cwd=tmp_path,
    )
