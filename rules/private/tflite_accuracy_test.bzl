"""Rule: a test that a quantized model is accurate enough."""

load(":evaluation.bzl", "check_evaluation", "evaluate", "evaluation_attrs")
load(":launcher.bzl", "LAUNCHER_ATTRS", "in_runfiles", "shell_word", "write_launcher")
load(":tflite_accuracy_info.bzl", "TfliteAccuracyInfo")
load(":tflite_evaluation_info.bzl", "TfliteEvaluationInfo")
load(":thresholds.bzl", "THRESHOLD_ATTRS", "thresholds_of")
load(":toolchain.bzl", "EXEC_TOOLCHAINS", "TOOLCHAIN_TYPE")

_DOC = """Fails where a model's metrics on samples miss a threshold.

Measuring is a build action, cached and fit for remote execution; the test only compares numbers, so
that another threshold measures nothing again. test.xml has a case for every threshold, and the
measured values are among the test's undeclared outputs. The output group `metrics` has them too.

    tflite_accuracy_test(
        name = "keyword_spotting_accuracy",
        model = ":keyword_spotting",
        data = "keyword_spotting_eval.npz",
        min_value = "0.90",
        max_drop = "0.005",
    )

Several metrics are judged at once by min_values, max_values and max_drops; a tflite_evaluation is
judged by naming it, instead of model and data:

    tflite_accuracy_test(
        name = "keyword_spotting_agreement",
        evaluation = ":keyword_spotting_evaluation",
        min_values = {
            "agreement": "0.99",
            "f1": "0.88",
        },
    )
"""

_ATTRS = dict(
    dict(LAUNCHER_ATTRS, **THRESHOLD_ATTRS),
    evaluation = attr.label(
        doc = "A tflite_evaluation to judge, instead of model and data.",
        providers = [TfliteEvaluationInfo],
    ),
    **evaluation_attrs(mandatory = False)
)

def _check(ctx):
    label, attributes = ctx.label, ctx.attr
    if attributes.evaluation and (attributes.model or attributes.data):
        fail("%s: evaluation is set together with model or data. Keep the one or the other." % label)
    if not attributes.evaluation and not (attributes.model and attributes.data):
        fail("%s: neither evaluation nor model and data are set. Set what to judge." % label)

def _evaluation(ctx, metrics):
    """Returns the TfliteEvaluationInfo to judge, which has the metrics."""
    if not ctx.attr.evaluation:
        check_evaluation(ctx, metrics)
        return evaluate(ctx, metrics)
    info = ctx.attr.evaluation[TfliteEvaluationInfo]
    for metric in metrics:
        if metric not in info.metrics:
            fail("%s: a threshold asks about %s, and evaluation = %s measures %s. Add it there." % (
                ctx.label,
                metric,
                ctx.attr.evaluation.label,
                ", ".join(info.metrics),
            ))
    return info

def _check_drops(ctx, thresholds, info):
    drops = [threshold for threshold in thresholds if threshold.kind == "max_drop"]
    if drops and not info.compares:
        fail("%s: max_drop compares with a float model, and model = %s has none. %s" % (
            ctx.label,
            info.tflite.short_path,
            "Give a tflite_quantized_model, or judge labels with min_value.",
        ))

def _shown_path(file):
    """Returns where a person finds the file, from the top of the workspace."""
    return file.path if file.is_source else file.path.replace(file.root.path, "bazel-bin", 1)

def _checker(ctx, thresholds, info):
    """Returns the shell line that judges, and the files it needs."""
    checker = ctx.toolchains[TOOLCHAIN_TYPE].checker[DefaultInfo].files_to_run.executable
    name = "//%s:%s" % (ctx.label.package, ctx.label.name)
    words = ["exec", in_runfiles(ctx, checker), "--name", shell_word(name)]
    words += ["--path", shell_word(_shown_path(info.tflite))]
    words += ["--metrics", in_runfiles(ctx, info.file)]
    report = info.model.report if info.model else None
    if report:
        words += ["--report", in_runfiles(ctx, report)]
    for threshold in thresholds:
        words.append("--" + threshold.kind.replace("_", "-"))
        words.append("%s=%s" % (threshold.metric, threshold.value))
    return " ".join(words + ['"$@"']), [info.file] + ([report] if report else [])

def _tflite_accuracy_test_impl(ctx):
    _check(ctx)
    thresholds = thresholds_of(ctx)
    info = _evaluation(ctx, depset([threshold.metric for threshold in thresholds]).to_list())
    _check_drops(ctx, thresholds, info)
    command, files = _checker(ctx, thresholds, info)
    return [
        write_launcher(
            ctx,
            commands = [command],
            files = files,
            targets = [ctx.toolchains[TOOLCHAIN_TYPE].checker],
        ),
        OutputGroupInfo(metrics = depset([info.file])),
        TfliteAccuracyInfo(
            metrics = info.file,
            model = info.model,
            tflite = info.tflite,
            thresholds = thresholds,
        ),
    ]

tflite_accuracy_test = rule(
    doc = _DOC,
    implementation = _tflite_accuracy_test_impl,
    attrs = _ATTRS,
    toolchains = [TOOLCHAIN_TYPE],
    test = True,
    **EXEC_TOOLCHAINS
)
