"""The rules as the README tells users to have them: in a workspace of their own."""

from __future__ import annotations


def test_the_app_builds_and_its_test_passes(app):
    assert "//:digits_accuracy" in app.run("test", "//...")
    built = app.outputs()
    assert built["digits.tflite"][4:8] == b"TFL3"
    assert built["assets/models/digits.tflite"] == built["digits.tflite"]
    assert len(built["digits.tflite"]) < 0.3 * len(built["digits.float.tflite"])


def test_the_test_names_every_threshold(app):
    app.run("test", "//:digits_accuracy")
    xml = (app.folder / "bazel-testlogs/digits_accuracy/test.xml").read_text()
    assert xml.count("<testcase") == 2


def test_the_plan_is_an_output_group(app):
    app.run("build", "//:digits", "--output_groups=plan")
    assert b"1024" in app.outputs()["digits.plan.json"]


def test_a_float_model_needs_no_tensorflow(app):
    app.run("build", "//:digits", "--output_groups=float_model")
    (app.folder / "light").mkdir()
    (app.folder / "light/float.tflite").write_bytes(app.outputs()["digits.float.tflite"])
    (app.folder / "light/BUILD").write_text(
        'load("@tflite_quant//rules:defs.bzl", "tflite_quantized_model")\n'
        'tflite_quantized_model(name = "digits", model = "float.tflite")\n'
    )
    needed = app.run("cquery", "deps(//light:digits)")
    assert "@tflq_core//:python.sh" in needed
    assert "@tflq_convert" not in needed
    app.run("build", "//light:digits")
    assert app.outputs()["light/digits.tflite"] == app.outputs()["digits.tflite"]
