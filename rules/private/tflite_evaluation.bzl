"""Rule: what metrics say of a quantized model."""

load(":choices.bzl", "METRICS", "check_choice")
load(":evaluation.bzl", "check_evaluation", "evaluate", "evaluation_attrs")
load(":tflite_evaluation_info.bzl", "TfliteEvaluationInfo")
load(":toolchain.bzl", "EXEC_TOOLCHAINS", "TOOLCHAIN_TYPE")

_DOC = """Measures a model, and the float model it was made from, on samples.

The target is one file, `<name>.metrics.json`. Several tflite_accuracy_test targets may judge it, and
none of them measures again. With shards the samples are divided over so many actions, which a remote
cluster runs side by side; they add up to the very same numbers.

    tflite_evaluation(
        name = "keyword_spotting_evaluation",
        model = ":keyword_spotting",
        data = "keyword_spotting_eval.npz",
        metrics = ["top1", "f1", "agreement"],
        shards = 8,
    )
"""

_ATTRS = dict(
    evaluation_attrs(mandatory = True),
    metrics = attr.string_list(
        doc = "What is measured: %s." % ", ".join(METRICS),
        default = ["top1"],
    ),
)

def _tflite_evaluation_impl(ctx):
    if not ctx.attr.metrics:
        fail("%s: metrics is empty. Name at least one, as top1." % ctx.label)
    for metric in ctx.attr.metrics:
        check_choice(ctx.label, "metrics", metric, METRICS)
    check_evaluation(ctx, ctx.attr.metrics)
    info = evaluate(ctx, ctx.attr.metrics)
    return [
        DefaultInfo(
            files = depset([info.file]),
            runfiles = ctx.runfiles([info.file]),
        ),
        info,
    ]

tflite_evaluation = rule(
    doc = _DOC,
    implementation = _tflite_evaluation_impl,
    attrs = _ATTRS,
    toolchains = [TOOLCHAIN_TYPE],
    provides = [TfliteEvaluationInfo],
    **EXEC_TOOLCHAINS
)
