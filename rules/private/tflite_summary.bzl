"""Rule: `bazel run` prints what accuracy tests found."""

load(":launcher.bzl", "LAUNCHER_ATTRS", "in_runfiles", "write_launcher")
load(":tflite_accuracy_info.bzl", "TfliteAccuracyInfo")

_DOC = """Builds models, measures them, and prints for each how small and how accurate it is, and where.

    tflite_summary(
        name = "models",
        testonly = True,
        tests = [":keyword_spotting_accuracy"],
    )

`bazel run` of it ends with exit code 1 where a test fails.
"""

_ATTRS = dict(
    LAUNCHER_ATTRS,
    tests = attr.label_list(
        doc = "tflite_accuracy_test targets.",
        providers = [TfliteAccuracyInfo],
        mandatory = True,
    ),
)

def _tflite_summary_impl(ctx):
    if not ctx.attr.tests:
        fail("%s: tests is empty. Name at least one tflite_accuracy_test." % ctx.label)
    tests = [
        "%s || code=$?\necho" % in_runfiles(ctx, test[DefaultInfo].files_to_run.executable)
        for test in ctx.attr.tests
    ]
    return [write_launcher(
        ctx,
        commands = ["code=0"] + tests + ["exit $code"],
        targets = ctx.attr.tests,
    )]

tflite_summary = rule(
    doc = _DOC,
    implementation = _tflite_summary_impl,
    attrs = _ATTRS,
    executable = True,
)
