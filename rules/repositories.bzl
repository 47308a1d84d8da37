"""What a WORKSPACE file calls."""

load("//rules/private:bazel4_stubs.bzl", "bazel4_stubs")
load("//rules/private:environments.bzl", "python_environments")

def tflite_quant_dependencies():
    """Defines the Python environments of the rules, and what Bazel 4 needs to work offline."""
    bazel4_stubs()
    python_environments()
