"""The bundle, as the tools of Apple's format and of CocoaPods read it."""

from __future__ import annotations

import json
import os
import plistlib
import shutil
import subprocess
from pathlib import Path

import pytest

if "RUNFILES_DIR" not in os.environ:
    pytest.skip(
        "needs the example's outputs: tools/bazel test //examples/ios/...",
        allow_module_level=True,
    )

HERE = Path(__file__).parent
BUNDLE = HERE / "DigitModels.bundle"


def check(keys):
    assert keys["CFBundlePackageType"] == "BNDL"
    assert keys["CFBundleIdentifier"] == "com.example.digits.models"
    assert keys["CFBundleShortVersionString"] == "1.2"


def test_files():
    assert sorted(path.name for path in BUNDLE.iterdir()) == [
        "Info.plist",
        "cnn.tflite",
        "lstm.tflite",
    ]
    built = (HERE.parent / "digits/cnn.tflite").read_bytes()
    assert (BUNDLE / "cnn.tflite").read_bytes() == built


def test_python_reads_the_property_list():
    check(plistlib.loads((BUNDLE / "Info.plist").read_bytes()))


def test_libplist_reads_the_property_list(tmp_path):
    if shutil.which("plistutil") is None:
        pytest.skip("needs plistutil: apt-get install -y --no-install-recommends libplist-utils")
    subprocess.run(
        ["plistutil", "-i", BUNDLE / "Info.plist", "-o", tmp_path / "Info.xml"], check=True
    )
    text = (tmp_path / "Info.xml").read_bytes()
    assert text.startswith(b"<?xml")
    check(plistlib.loads(text))


def test_constants_name_a_file_of_the_bundle():
    text = (HERE / "DigitsModel.swift").read_text()
    assert 'assetPath = "cnn.tflite"' in text
    assert (BUNDLE / "cnn.tflite").is_file()


def test_the_pod_is_the_bundle_beside_it():
    pod = json.loads((HERE / "DigitModels.podspec.json").read_text())
    assert (pod["name"], pod["version"]) == ("DigitModels", "1.2")
    assert pod["resources"] == [BUNDLE.name]
