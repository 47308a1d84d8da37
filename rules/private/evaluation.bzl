"""Measures a model in build actions: what tflite_evaluation and tflite_accuracy_test share."""

load(":choices.bzl", "METRICS", "NUMERICS", "RUNTIMES", "check_choice")
load(":program_action.bzl", "program_action")
load(":samples.bzl", "READING_ATTRS", "add_samples", "check_reading", "samples_place")
load(":tflite_evaluation_info.bzl", "TfliteEvaluationInfo")
load(":tflite_model_info.bzl", "TfliteModelInfo")
load(":toolchain.bzl", "TOOLCHAIN_TYPE")

_LITERT_EVALUATOR = Label("//tools:evaluate_with_litert")

def _litert_evaluator(runtime):
    # LiteRT is fetched only where somebody asks for it.
    return _LITERT_EVALUATOR if runtime == "litert" else None

def evaluation_attrs(mandatory):
    """Returns the attributes of a rule that calls evaluate.

    Args:
      mandatory: whether model and data must be set.
    """
    return dict(
        model = attr.label(
            doc = "A tflite_quantized_model, or any `.tflite`.",
            allow_single_file = [".tflite"],
            mandatory = mandatory,
        ),
        data = attr.label(
            doc = "Samples: an `.npz` with an array for each input of the model (or x, where it has one) and labels; " +
                  "a `.tfrecord` of tf.train.Example with such features; or images, PNG or JPEG, a filegroup or the " +
                  "folder that a rule makes: labelled by labels.csv (columns file, label), or by class folders.",
            allow_files = True,
            mandatory = mandatory,
        ),
        signature = attr.string(
            doc = "The signature to run, where the model has several.",
        ),
        result = attr.string(
            doc = "The output to judge, where the signature has several.",
        ),
        numerics = attr.string(
            doc = "Whose arithmetic to use: %s." % ", ".join(NUMERICS),
            default = "xnnpack",
        ),
        runtime = attr.string(
            doc = "What runs the model: tflq, this project's runtime, or litert, for a second opinion.",
            default = "tflq",
        ),
        shards = attr.int(
            doc = "Divides the samples over so many actions, which may run side by side; the result is the same.",
            default = 1,
        ),
        _litert_evaluator = attr.label(
            default = _litert_evaluator,
            executable = True,
            cfg = "exec",
        ),
        **READING_ATTRS
    )

_OPTIONS = ["label", "signature", "result", "mean", "std", "resize", "numerics", "runtime"]

def check_evaluation(ctx, metrics):
    """Fails where the attributes contradict each other, or the metrics."""
    label, attributes = ctx.label, ctx.attr
    check_choice(label, "numerics", attributes.numerics, NUMERICS)
    check_choice(label, "runtime", attributes.runtime, RUNTIMES)
    check_reading(label, attributes)
    if attributes.shards < 1:
        fail("%s: shards = %d measures nothing. Set 1, or more." % (label, attributes.shards))
    if attributes.shards > 1 and not ctx.toolchains[TOOLCHAIN_TYPE].merger:
        fail("%s: shards = %d needs a merger, and the tflq_toolchain has none. Set 1, or name one." % (
            label,
            attributes.shards,
        ))
    for metric in metrics:
        if "labels" not in METRICS[metric] and TfliteModelInfo not in attributes.model:
            fail("%s: metric = \"%s\" compares with a float model, and model = %s has none. %s" % (
                label,
                metric,
                attributes.model.label,
                "Give a tflite_quantized_model, or a metric that judges labels.",
            ))

def evaluate(ctx, metrics):
    """Declares the actions that measure a model.

    Args:
      ctx: the context of a rule with evaluation_attrs and the toolchain.
      metrics: list of string.

    Returns:
      TfliteEvaluationInfo.
    """
    shards = ctx.attr.shards
    file = ctx.actions.declare_file(ctx.label.name + ".metrics.json")
    if shards == 1:
        _measure(ctx, metrics, file, ctx.label.name, [])
    else:
        parts = []
        for number in range(1, shards + 1):
            name = "%s.shard-%d" % (ctx.label.name, number)
            part = ctx.actions.declare_file(name + ".npz")
            _measure(ctx, metrics, part, name, ["--shard=%d/%d" % (number, shards)])
            parts.append(part)
        _merge(ctx, metrics, file, parts)
    model = _model_info(ctx)
    return TfliteEvaluationInfo(
        compares = model != None,
        file = file,
        metrics = metrics,
        model = model,
        tflite = ctx.file.model,
    )

def _model_info(ctx):
    return ctx.attr.model[TfliteModelInfo] if TfliteModelInfo in ctx.attr.model else None

def _measure(ctx, metrics, output, name, options):
    tools, model = ctx.toolchains[TOOLCHAIN_TYPE], _model_info(ctx)
    args = ctx.actions.args()
    args.add(ctx.file.model)
    args.add("--output", output)
    place = samples_place(ctx.label, "data", ctx.files.data)
    listed = add_samples(ctx.actions, args, place, name + ".data_files")
    if model:
        args.add("--float-model", model.float_model)
    args.add_all(metrics, format_each = "--metric=%s")
    for option in _OPTIONS:
        value = getattr(ctx.attr, option)
        if value:
            args.add("--%s=%s" % (option, value))
    args.add_all(options)
    litert = ctx.attr._litert_evaluator
    program_action(
        ctx,
        litert[DefaultInfo].files_to_run if litert else tools.evaluator,
        args,
        workers = bool(litert) or tools.workers,
        toolchain = None if litert else TOOLCHAIN_TYPE,
        inputs = [ctx.file.model] + ctx.files.data + listed + ([model.float_model] if model else []),
        outputs = [output],
        mnemonic = "TfliteEvaluate",
        progress_message = "Measuring %s" % name,
    )

def _merge(ctx, metrics, output, parts):
    args = ctx.actions.args()
    args.add_all(parts)
    args.add("--output", output)
    args.add_all(metrics, format_each = "--metric=%s")
    tools = ctx.toolchains[TOOLCHAIN_TYPE]
    program_action(
        ctx,
        tools.merger,
        args,
        workers = tools.workers,
        toolchain = TOOLCHAIN_TYPE,
        inputs = parts,
        outputs = [output],
        mnemonic = "TfliteEvaluateShards",
        progress_message = "Adding up what was measured for %s" % ctx.label,
    )
