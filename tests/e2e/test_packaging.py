"""The rules that pack models, from a workspace of a user's own."""

from __future__ import annotations

import zipfile

BUILD = """
load(
    "@tflite_quant//rules:defs.bzl",
    "tflite_aar",
    "tflite_ai_pack",
    "tflite_apple_bundle",
    "tflite_golden_test",
    "tflite_maven_repository",
    "tflite_model_constants",
    "tflite_packaged_test",
    "tflite_quantized_model",
    "tflite_size_test",
)

_MODELS = [":classifier"]

tflite_quantized_model(name = "classifier", model = "float.tflite")

tflite_size_test(name = "size", model = ":classifier", max_bytes = 9000, min_ratio = "1.2")

tflite_golden_test(
    name = "golden",
    golden = "golden.npz",
    model = ":classifier",
    tolerance = "0.05",
)

tflite_aar(name = "library", models = _MODELS, namespace = "com.example.models")

tflite_maven_repository(name = "maven", artifacts = {":library": "com.example:models:1.0"})

tflite_ai_pack(name = "pack", variants = {":classifier": "other"})

tflite_apple_bundle(name = "Models", models = _MODELS, bundle_id = "com.example.Models")

[
    tflite_model_constants(name = out + "_constants", out = out, model = ":classifier")
    for out in ["Classifier.kt", "Classifier.swift", "classifier.h"]
]

[
    tflite_packaged_test(name = app + "_test", app = app, models = _MODELS)
    for app in ["library", "Models"]
]

tflite_packaged_test(
    name = "stale_test",
    app = "stale",
    models = _MODELS,
    tags = ["manual"],
)
"""
TESTS = {"//:size", "//:golden", "//:library_test", "//:Models_test"}


def test_models_are_packed_and_judged(packing_app):
    (packing_app.folder / "BUILD").write_text(BUILD)
    passed = packing_app.run("test", "//...")
    assert {name for name in TESTS if f"{name} " in passed} == TESTS
    built = packing_app.outputs()
    model = built["classifier.tflite"]
    for place in (
        "Models.bundle/classifier.tflite",
        "pack/src/main/assets/models#group_other/pack.tflite",
    ):
        assert built[place] == model
    library = packing_app.folder / "bazel-bin/library.aar"
    with zipfile.ZipFile(library) as archive:
        assert archive.read("assets/models/classifier.tflite") == model
    assert built["maven/com/example/models/1.0/models-1.0.aar"] == library.read_bytes()
    assert b'"models/classifier.tflite"' in built["Classifier.kt"]


def test_nothing_needs_tensorflow(packing_app):
    (packing_app.folder / "BUILD").write_text(BUILD)
    needed = packing_app.run("cquery", "deps(//...)")
    assert "@tflq_core//:python.sh" in needed
    assert "@tflq_convert" not in needed


def test_a_stale_copy_fails_with_its_cure(packing_app):
    (packing_app.folder / "BUILD").write_text(BUILD)
    stale = packing_app.folder / "stale/assets/models"
    stale.mkdir(parents=True)
    (stale / "classifier.tflite").write_bytes(b"\x1c\0\0\0TFL3 of last week")
    said = packing_app.fails("test", "//:stale_test", "--test_output=errors")
    assert "models/classifier.tflite has other bytes than the target" in said
    assert "run Bazel before it" in said
