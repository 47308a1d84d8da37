"""What a WORKSPACE file calls."""

load("//rules/private:bazel4_stubs.bzl", "bazel4_stubs")
load("//rules/private:toolchains.bzl", "register_default_toolchains")
load("//rules/python:environments.bzl", "python_environments")

def tflite_quant_dependencies():
    """Defines the Python environments of the rules, and what Bazel 4 needs to work offline.

    Register toolchains of your own before you call this: the first one that fits is taken.
    """
    bazel4_stubs()
    python_environments()
    register_default_toolchains()
