"""Rule: a test that a quantized model is accurate enough."""

load(":choices.bzl", "METRICS", "NUMERICS", "RESIZES", "check_choice")
load(":decimal.bzl", "check_decimal", "exceeds_one")
load(":launcher.bzl", "LAUNCHER_ATTRS", "in_runfiles", "shell_word", "write_launcher")
load(":program_action.bzl", "program_action")
load(":samples.bzl", "add_samples", "samples_place")
load(":tflite_accuracy_info.bzl", "TfliteAccuracyInfo")
load(":tflite_model_info.bzl", "TfliteModelInfo")
load(":toolchain.bzl", "TOOLCHAIN_TYPE")

_DOC = """Fails where a model's metric on labelled data misses a threshold.

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
"""

_ATTRS = dict(
    LAUNCHER_ATTRS,
    model = attr.label(
        doc = "A tflite_quantized_model, or any `.tflite`.",
        allow_single_file = [".tflite"],
        mandatory = True,
    ),
    data = attr.label(
        doc = "Samples: an `.npz` with an array for each input of the model (or x, where it has one) and labels; " +
              "a `.tfrecord` of tf.train.Example with such features; or images, PNG or JPEG, a filegroup or the " +
              "folder that a rule makes: labelled by labels.csv (columns file, label), or by class folders.",
        allow_files = True,
        mandatory = True,
    ),
    metric = attr.string(
        doc = "What is measured: %s." % ", ".join(METRICS),
        default = "top1",
    ),
    min_value = attr.string(
        doc = "The metric must be at least this, as \"0.90\".",
    ),
    max_drop = attr.string(
        doc = "The metric may be this much worse than the float model's, as \"0.005\".",
    ),
    label = attr.string(
        doc = "The array or feature of labels in the data.",
        default = "y",
    ),
    signature = attr.string(
        doc = "The signature to run, where the model has several.",
    ),
    result = attr.string(
        doc = "The output to judge, where the signature has several.",
    ),
    mean = attr.string(
        doc = "The model gets (x - mean) / std.",
        default = "0",
    ),
    std = attr.string(
        doc = "See mean.",
        default = "1",
    ),
    resize = attr.string(
        doc = "What is done with images of another size: %s." % ", ".join(RESIZES),
        default = "none",
    ),
    numerics = attr.string(
        doc = "Whose arithmetic to use: %s." % ", ".join(NUMERICS),
        default = "xnnpack",
    ),
)

def _check(ctx):
    label, attributes = ctx.label, ctx.attr
    check_choice(label, "metric", attributes.metric, METRICS)
    check_choice(label, "numerics", attributes.numerics, NUMERICS)
    check_choice(label, "resize", attributes.resize, RESIZES)
    check_decimal(label, "mean", attributes.mean, signed = True)
    check_decimal(label, "std", attributes.std)
    if not attributes.std.strip("0."):
        fail("%s: std = \"%s\" divides by zero. Leave it out, or give the spread of the data." % (
            label,
            attributes.std,
        ))
    if not attributes.min_value and not attributes.max_drop:
        fail("%s: neither min_value nor max_drop is set. Set at least one, as \"0.90\"." % label)
    _check_threshold(label, attributes, "min_value", "higher", "is better lower. Set max_drop")
    _check_threshold(label, attributes, "max_drop", "labels", "has no float value. Set min_value")
    if TfliteModelInfo not in attributes.model:
        _check_no_comparison(label, attributes)

def _check_no_comparison(label, attributes):
    comparing = ["max_drop"] if attributes.max_drop else []
    if "labels" not in METRICS[attributes.metric]:
        comparing.append("metric = \"%s\"" % attributes.metric)
    if comparing:
        fail("%s: %s compares with a float model, and model = %s has none. %s" % (
            label,
            comparing[0],
            attributes.model.label,
            "Give a tflite_quantized_model, or judge labels with min_value.",
        ))

def _check_threshold(label, attributes, attribute, trait, objection):
    value, metric = getattr(attributes, attribute), attributes.metric
    if not value:
        return
    check_decimal(label, attribute, value)
    if trait not in METRICS[metric]:
        fail("%s: %s is set, but metric = \"%s\" %s instead." % (label, attribute, metric, objection))
    if "share" in METRICS[metric] and exceeds_one(value):
        fail("%s: %s = \"%s\", but %s is a share from 0 to 1. Write 90 %% as \"0.90\"." % (
            label,
            attribute,
            value,
            metric,
        ))

def _evaluate(ctx, float_model):
    metrics = ctx.actions.declare_file(ctx.label.name + ".metrics.json")
    args = ctx.actions.args()
    args.add(ctx.file.model)
    args.add("--output", metrics)
    place = samples_place(ctx.label, "data", ctx.files.data)
    listed = add_samples(ctx.actions, args, place, ctx.label.name + ".data_files")
    if float_model:
        args.add("--float-model", float_model)
    for option in ["metric", "label", "signature", "result", "mean", "std", "resize", "numerics"]:
        value = getattr(ctx.attr, option)
        if value:
            args.add("--%s=%s" % (option, value))
    tools = ctx.toolchains[TOOLCHAIN_TYPE]
    program_action(
        ctx,
        tools.evaluator,
        args,
        workers = tools.workers,
        inputs = [ctx.file.model] + ctx.files.data + listed + ([float_model] if float_model else []),
        outputs = [metrics],
        mnemonic = "TfliteEvaluate",
        progress_message = "Measuring %s" % ctx.label,
    )
    return metrics

def _shown_path(file):
    """Returns where a person finds the file, from the top of the workspace."""
    return file.path if file.is_source else file.path.replace(file.root.path, "bazel-bin", 1)

def _checker(ctx, metrics, report):
    """Returns the shell line that judges, and the files it needs."""
    checker = ctx.toolchains[TOOLCHAIN_TYPE].checker[DefaultInfo].files_to_run.executable
    name = "//%s:%s" % (ctx.label.package, ctx.label.name)
    words = ["exec", in_runfiles(ctx, checker), "--name", shell_word(name)]
    words += ["--path", shell_word(_shown_path(ctx.file.model))]
    words += ["--metrics", in_runfiles(ctx, metrics)]
    if report:
        words += ["--report", in_runfiles(ctx, report)]
    if ctx.attr.min_value:
        words += ["--min-value", ctx.attr.min_value]
    if ctx.attr.max_drop:
        words += ["--max-drop", ctx.attr.max_drop]
    return " ".join(words + ['"$@"']), [metrics] + ([report] if report else [])

def _tflite_accuracy_test_impl(ctx):
    _check(ctx)
    model = ctx.attr.model[TfliteModelInfo] if TfliteModelInfo in ctx.attr.model else None
    metrics = _evaluate(ctx, model.float_model if model else None)
    command, files = _checker(ctx, metrics, model.report if model else None)
    return [
        write_launcher(
            ctx,
            commands = [command],
            files = files,
            targets = [ctx.toolchains[TOOLCHAIN_TYPE].checker],
        ),
        OutputGroupInfo(metrics = depset([metrics])),
        TfliteAccuracyInfo(metrics = metrics, tflite = ctx.file.model),
    ]

tflite_accuracy_test = rule(
    doc = _DOC,
    implementation = _tflite_accuracy_test_impl,
    attrs = _ATTRS,
    toolchains = [TOOLCHAIN_TYPE],
    test = True,
)
