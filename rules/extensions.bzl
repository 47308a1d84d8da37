"""What a MODULE.bazel file uses; Bazel 4, which has no modules, never loads this file."""

load("//rules/python:environments.bzl", "python_environments")

def _tflite_quant_impl(_module_ctx):
    python_environments()

tflite_quant = module_extension(
    doc = "Defines the Python environments of the rules: tflq_core, tflq_convert, tflq_litert, tflq_plots and tflq_dev.",
    implementation = _tflite_quant_impl,
)
