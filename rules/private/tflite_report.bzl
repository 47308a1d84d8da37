"""Rule: a page that says what quantizing did to a model."""

load(":packager.bzl", "packager")
load(":program_action.bzl", "program_action")
load(":samples.bzl", "READING_ATTRS", "add_samples", "check_reading", "samples_place")
load(":tflite_accuracy_info.bzl", "TfliteAccuracyInfo")
load(":tflite_model_info.bzl", "TfliteModelInfo")

_DOC = """Writes a page, `<name>.html`, that opens from disk and says where a model's bytes and errors are.

Its first screen has size, metrics, thresholds, and what to do: lines to paste into the BUILD file.
Below are sizes by operator and tensor, every constant with the reason for its form, and with data the
error of every layer, histograms of the worst, and what each weight does to the outputs.

    tflite_report(
        name = "keyword_spotting_report",
        testonly = True,
        data = "keyword_spotting_eval.npz",
        test = ":keyword_spotting_accuracy",
    )

The output group `json` has all that the page shows, `node_data` the errors of layers for Model Explorer.
"""

_ATTRS = dict(
    model = attr.label(
        doc = "A tflite_quantized_model.",
        providers = [TfliteModelInfo],
    ),
    test = attr.label(
        doc = "A tflite_accuracy_test, instead of model: its metrics and thresholds are shown too.",
        providers = [TfliteAccuracyInfo],
    ),
    data = attr.label(
        doc = "Samples to compare layers on, as for tflite_accuracy_test; labels are not needed.",
        allow_files = True,
    ),
    signature = attr.string(
        doc = "The signature to run on the data, where the model has several.",
    ),
    profile = attr.bool(
        doc = "Times operators in this project's runtime. No two builds make the same page then.",
    ),
    _reporter = packager("report_command"),
    **READING_ATTRS
)

def _check(ctx):
    """Fails where the attributes contradict each other."""
    label, attributes = ctx.label, ctx.attr
    if attributes.model and attributes.test:
        fail("%s: model and test are both set. Keep the one to report on." % label)
    if not attributes.model and not attributes.test:
        fail("%s: neither model nor test is set. Set the one to report on." % label)
    if attributes.test and not attributes.test[TfliteAccuracyInfo].model:
        fail("%s: test = %s judges a file that was not quantized here. %s" % (
            label,
            attributes.test.label,
            "Let it judge a tflite_quantized_model: the report compares with the float model.",
        ))
    check_reading(label, attributes)

def _add_test(args, test):
    """Adds the metrics of a test and its thresholds; returns further inputs."""
    args.add("--metrics", test.metrics)
    for threshold in test.thresholds:
        option = "--" + threshold.kind.replace("_", "-")
        args.add(option, "%s=%s" % (threshold.metric, threshold.value))
    return [test.metrics]

def _add_data(ctx, args):
    """Adds what says where samples are; returns further inputs."""
    if not ctx.attr.data:
        return []
    place = samples_place(ctx.label, "data", ctx.files.data)
    for name in ["signature", "label", "mean", "std", "resize"]:
        if getattr(ctx.attr, name):
            args.add("--%s=%s" % (name, getattr(ctx.attr, name)))
    return ctx.files.data + add_samples(ctx.actions, args, place, ctx.label.name + ".data_files")

def _tflite_report_impl(ctx):
    _check(ctx)
    test = ctx.attr.test[TfliteAccuracyInfo] if ctx.attr.test else None
    model = test.model if test else ctx.attr.model[TfliteModelInfo]
    page, json, node_data = [
        ctx.actions.declare_file(ctx.label.name + suffix)
        for suffix in [".html", ".json", ".node_data.json"]
    ]
    args = ctx.actions.args()
    args.add(model.tflite)
    args.add("--float-model", model.float_model)
    args.add("--quantization", model.report)
    args.add("--name", "//%s:%s" % (ctx.label.package, (ctx.attr.test or ctx.attr.model).label.name))
    inputs = [model.tflite, model.float_model, model.report]
    if model.front:
        args.add("--front", model.front)
        inputs.append(model.front)
    if test:
        inputs += _add_test(args, test)
    inputs += _add_data(ctx, args)
    if ctx.attr.profile:
        args.add("--profile")
    args.add("--output", page)
    args.add("--json", json)
    args.add("--node-data", node_data)
    args.add("--quiet")
    program_action(
        ctx,
        ctx.attr._reporter[DefaultInfo].files_to_run,
        args,
        workers = True,
        inputs = inputs,
        outputs = [page, json, node_data],
        mnemonic = "TfliteReport",
        progress_message = "Reporting on %s" % model.tflite.short_path,
    )
    return [
        DefaultInfo(
            files = depset([page]),
            runfiles = ctx.runfiles([page]),
        ),
        OutputGroupInfo(
            json = depset([json]),
            node_data = depset([node_data]),
        ),
    ]

tflite_report = rule(
    doc = _DOC,
    implementation = _tflite_report_impl,
    attrs = _ATTRS,
)
