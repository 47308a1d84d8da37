"""The programs behind the rules, as toolchains, so that a user can put others in their place."""

_TOOLS_DOC = """The programs that quantize and judge a model.

A replacement takes the same command lines:

    quantizer MODEL.tflite --output OUT.tflite --plan PLAN.json --report REPORT.json --quiet
        [--recipe RECIPE.json | [--target-runtime=T] [--min-elements=N] [--keep-float=REGEX]...]
    evaluator MODEL.tflite --output METRICS.json --data DATA [--data-files LIST]
        [--float-model MODEL.tflite] [--metric=M]... --label=L [--signature=S] [--result=R]
        --mean=X --std=X --resize=R --numerics=N --runtime=tflq [--shard=I/N]
    merger SHARD... --output METRICS.json [--metric=M]...
    checker --metrics METRICS.json --name NAME --path MODEL [--report REPORT.json]
        [--min-value M=X]... [--max-value M=X]... [--max-drop M=X]...

With --shard the evaluator writes what the merger reads: the part of the samples that it measured.

Exit code 0 is success; the checker's is 1 where a threshold is not met.

With `workers = True` the quantizer and the evaluator are persistent workers of Bazel, which start
once for many actions. Their command line is then `@FILE`, a file with one argument a line, quoted
as for a shell; or it is `--persistent_worker`, and they get the lines of that file in requests, in
protobuf, on standard input.
"""

_CONVERTER_DOC = """The program that converts a SavedModel to a float `.tflite`.

    converter SAVED_MODEL_FOLDER --output OUT.tflite [--signature S]

It has a toolchain of its own, so that whoever starts from a float `.tflite` never fetches it.
`workers` is as for tflq_toolchain.
"""

TOOLCHAIN_TYPE = str(Label("//rules:toolchain_type"))
CONVERTER_TOOLCHAIN_TYPE = str(Label("//rules:converter_toolchain_type"))

# For rule(): Bazel 4 builds toolchains in a configuration of their own unless a rule asks it not to,
# and then compiles the kernels twice. Later ones never do, and Bazel 9 does not know the argument.
EXEC_TOOLCHAINS = {} if hasattr(config_common, "toolchain_type") else {
    "incompatible_use_toolchain_transition": True,
}

def _program(doc):
    return attr.label(doc = doc, executable = True, cfg = "exec", mandatory = True)

_WORKERS = attr.bool(doc = "Whether the programs speak Bazel's worker protocol.")

_TOOLS_ATTRS = {
    "quantizer": _program("Quantizes a float model."),
    "evaluator": _program("Measures a quantized and a float model on labelled data."),
    "checker": attr.label(
        doc = "Compares what was measured with thresholds; runs as the test.",
        executable = True,
        cfg = "target",
        mandatory = True,
    ),
    "merger": attr.label(
        doc = "Adds up what was measured in shards; needed where an evaluation has some.",
        executable = True,
        cfg = "exec",
    ),
    "workers": _WORKERS,
}

_CONVERTER_ATTRS = {
    "converter": _program("Converts a SavedModel."),
    "workers": _WORKERS,
}

def _tflq_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        quantizer = ctx.attr.quantizer[DefaultInfo].files_to_run,
        evaluator = ctx.attr.evaluator[DefaultInfo].files_to_run,
        checker = ctx.attr.checker,
        merger = ctx.attr.merger[DefaultInfo].files_to_run if ctx.attr.merger else None,
        workers = ctx.attr.workers,
    )]

tflq_toolchain = rule(
    doc = _TOOLS_DOC,
    implementation = _tflq_toolchain_impl,
    attrs = _TOOLS_ATTRS,
)

def _tflq_converter_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        converter = ctx.attr.converter[DefaultInfo].files_to_run,
        workers = ctx.attr.workers,
    )]

tflq_converter_toolchain = rule(
    doc = _CONVERTER_DOC,
    implementation = _tflq_converter_toolchain_impl,
    attrs = _CONVERTER_ATTRS,
)
