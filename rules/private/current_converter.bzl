"""The converter that toolchain resolution chose, as a target.

A rule's toolchains are fetched whether it uses them or not; a target is fetched only where an
attribute names it. TensorFlow weighs 1.7 GB.
"""

load(":toolchain.bzl", "CONVERTER_TOOLCHAIN_TYPE", "EXEC_TOOLCHAINS")

TfliteConverterInfo = provider(
    doc = "The program that converts a SavedModel.",
    fields = {
        "converter": "FilesToRunProvider",
        "workers": "Whether the program speaks Bazel's worker protocol.",
    },
)

def _current_converter_impl(ctx):
    toolchain = ctx.toolchains[CONVERTER_TOOLCHAIN_TYPE]
    return [TfliteConverterInfo(converter = toolchain.converter, workers = toolchain.workers)]

current_converter = rule(
    doc = "Hands the chosen converter to rules that need it only sometimes.",
    implementation = _current_converter_impl,
    toolchains = [CONVERTER_TOOLCHAIN_TYPE],
    **EXEC_TOOLCHAINS
)
