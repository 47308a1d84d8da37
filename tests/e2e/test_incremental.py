"""What runs again after a change: the actions of the model that changed, and nothing else."""

from __future__ import annotations

import re

import pytest

_BUILD = """
load("@tflite_quant//rules:defs.bzl", "tflite_quantized_model")

[
    tflite_quantized_model(
        name = name,
        recipe = name + ".json",
        saved_model = "//:digits_saved_model",
    )
    for name in ["changed", "unchanged"]
]
"""


@pytest.fixture
def zoo(app):
    folder = app.folder / "zoo"
    folder.mkdir()
    (folder / "BUILD").write_text(_BUILD)
    for name in ("changed", "unchanged"):
        (folder / f"{name}.json").write_text('{\n  "min_elements": 1024\n}\n')
    app.run("build", "//zoo:all")
    return folder


def test_one_changed_line_of_a_recipe(app, zoo):
    recipe = zoo / "changed.json"
    recipe.write_text(recipe.read_text().replace("1024", "512"))
    log = app.folder / "execution.json"
    app.run("build", "//zoo:all", f"--execution_log_json_file={log}")
    ran = re.findall(r'"progressMessage": "([^"]*)"', log.read_text())
    assert ran == ["Quantizing //zoo:changed"]
