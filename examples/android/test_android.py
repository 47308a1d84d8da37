"""What the targets of this example hold, and a real app around them."""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from examples.android import signed_apk
from kernels.node import XNNPACK
from tools import litert
from tools.mobile import check_packaged
from tools.mobile.app import open_app

if "RUNFILES_DIR" not in os.environ:
    pytest.skip(
        "needs the example's outputs: tools/bazel test //examples/android/...",
        allow_module_level=True,
    )

HERE = Path(__file__).parent
MODELS = [HERE.parent / f"digits/{name}.tflite" for name in ("cnn", "lstm")]
INPUT_SHAPES = {"cnn": (1, 8, 8, 1), "lstm": (1, 8, 8)}


@pytest.fixture(scope="module")
def sources():
    missing = signed_apk.install_line()
    if missing:
        pytest.skip(f"needs Debian's Android tools: {missing}")
    return signed_apk.Sources(HERE / "app", HERE / "assets", HERE / "debug.keystore")


@pytest.fixture(scope="module")
def apk(sources, tmp_path_factory):
    path = tmp_path_factory.mktemp("apk") / "digits.apk"
    signed_apk.build(sources, path)
    return path


def test_the_install_line_names_what_is_missing(monkeypatch):
    monkeypatch.setattr(signed_apk, "_present", lambda tool: tool not in ("smali", "aapt"))
    line = "apt-get install -y --no-install-recommends aapt libsmali-java"
    assert signed_apk.install_line() == line
    monkeypatch.setattr(signed_apk, "_present", lambda tool: True)
    assert signed_apk.install_line() is None


def test_the_signature_verifies(apk):
    said = subprocess.run(
        ["apksigner", "verify", "--verbose", apk], check=True, capture_output=True, text=True
    ).stdout
    assert "v2 scheme (APK Signature Scheme v2): true" in said


def test_android_reads_the_manifest(apk):
    said = subprocess.run(
        ["aapt", "dump", "badging", apk], check=True, capture_output=True, text=True
    ).stdout
    assert "launchable-activity: name='com.example.digits.DigitsActivity'" in said


def check(apk):
    return check_packaged.main([str(apk), *map(str, MODELS)])


def test_the_models_can_be_mapped(apk, capsys):
    assert check(apk) == 0
    assert capsys.readouterr().out.splitlines() == [
        "digits.apk, APK",
        "  PASS  assets/models/cnn.tflite",
        "  PASS  assets/models/lstm.tflite",
    ]


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_model_runs_from_where_it_lies_in_the_apk(apk, model):
    (file,) = (file for file in open_app(apk).files if file.name == model.name)
    with apk.open("rb") as archive:
        mapped = mmap.mmap(archive.fileno(), 0, access=mmap.ACCESS_READ)
    content = mapped[file.offset : file.offset + file.size]
    x = np.random.default_rng(0).random(INPUT_SHAPES[model.stem], np.float32)
    (found,), (expected,) = (run(each, x) for each in (content, model.read_bytes()))
    np.testing.assert_array_equal(found, expected)
    assert found.shape == (1, 10)


def run(content, x):
    interpreter = litert.interpreter(content, XNNPACK)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return [interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details()]


def test_the_same_sources_give_the_same_bytes(apk, sources, tmp_path):
    signed_apk.build(sources, tmp_path / "again.apk")
    assert (tmp_path / "again.apk").read_bytes() == apk.read_bytes()


def test_an_app_that_does_not_ask_may_get_quantized_models_compressed(sources, tmp_path, capsys):
    """aapt compresses what becomes a tenth smaller: here the LSTM."""
    signed_apk.build(sources, tmp_path / "plain.apk", uncompressed=())
    assert check(tmp_path / "plain.apk") == 1
    out = capsys.readouterr().out
    assert "FAIL  assets/models/lstm.tflite is compressed" in out
    assert 'nocompress_extensions = [".tflite"]' in out


def test_constants_describe_the_model():
    text = (HERE / "DigitsModel.kt").read_text()
    assert text.splitlines()[1] == "package com.example.digits"
    assert f'SHA256 = "{hashlib.sha256(MODELS[0].read_bytes()).hexdigest()}"' in text
    assert 'ASSET_PATH = "models/cnn.tflite"' in text
    assert (HERE / "assets/models/cnn.tflite").is_file()
    assert "val SHAPE = intArrayOf(1, 8, 8, 1)" in text


def test_maven_repository_holds_the_library():
    folder = HERE / "maven/com/example/digit-models/1.0.0"
    library = (HERE / "digit_models.aar").read_bytes()
    assert (folder / "digit-models-1.0.0.aar").read_bytes() == library
    written = (folder / "digit-models-1.0.0.aar.sha256").read_text()
    assert written == hashlib.sha256(library).hexdigest()


def test_ai_pack_holds_a_variant_for_each_group():
    assets = HERE / "digits/src/main/assets"
    variants = {str(p.relative_to(assets)): p.read_bytes() for p in assets.rglob("*.tflite")}
    assert variants == {
        "models#group_other/digits.tflite": MODELS[0].read_bytes(),
        "models#group_precise/digits.tflite": (HERE / "cnn_float16.tflite").read_bytes(),
    }
    targeting = (HERE / "digits/device_targeting_configuration.xml").read_text()
    assert 'name="precise"' in targeting
    assert "other" not in targeting


GRADLE_PROJECT = """
repositories {{ maven {{ url = uri("{repository}") }} }}
configurations {{ models }}
dependencies {{ models "com.example:digit-models:1.0.0" }}
task collect(type: Copy) {{
    from configurations.models
    into "collected"
}}
"""


def test_gradle_takes_the_library_from_the_repository(tmp_path):
    found = shutil.which("gradle")
    if found is None:
        pytest.skip("needs Gradle: apt-get install -y --no-install-recommends gradle")
    repository = (HERE / "maven").resolve()
    (tmp_path / "build.gradle").write_text(GRADLE_PROJECT.format(repository=repository))
    (tmp_path / "settings.gradle").write_text("")
    gradle = Path(found).resolve()  # it looks for its libraries from where it is called
    command = [gradle, "--offline", "--no-daemon", "-g", tmp_path / "home", "collect"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    collected = tmp_path / "collected/digit-models-1.0.0.aar"
    assert collected.read_bytes() == (HERE / "digit_models.aar").read_bytes()
