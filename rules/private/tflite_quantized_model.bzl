"""Rule: a TensorFlow model, quantized."""

load(":choices.bzl", "TARGET_RUNTIMES", "check_choice")
load(":current_converter.bzl", "TfliteConverterInfo")
load(":program_action.bzl", "program_action")
load(":saved_model.bzl", "saved_model_folder")
load(":tflite_model_info.bzl", "TfliteModelInfo")
load(":toolchain.bzl", "TOOLCHAIN_TYPE")

_DOC = """Quantizes a TensorFlow SavedModel, or a float `.tflite`, to a `.tflite` a quarter of the size.

The target is the one file `<name>.tflite`; `assets` and `data` of an app's rules take it as it is.
The output groups `report`, `plan` and `float_model` hold the rest.

    tflite_quantized_model(
        name = "keyword_spotting",
        saved_model = ":keyword_spotting_saved_model",
    )
"""

_UNSET = -1

_ATTRS = {
    "saved_model": attr.label(
        doc = "The SavedModel: a rule that makes the folder, or a filegroup of its files.",
        allow_files = True,
    ),
    "model": attr.label(
        doc = "A float `.tflite`, instead of saved_model.",
        allow_single_file = [".tflite"],
    ),
    "signature": attr.string(
        doc = "The signature of the SavedModel to convert; \"*\" for all. Needed where it has several.",
    ),
    "recipe": attr.label(
        doc = "What to quantize and how, JSON; instead of the attributes below.",
        allow_single_file = [".json"],
    ),
    "target_runtime": attr.string(
        doc = "The runtime that the model is for: %s. Default: litert." % ", ".join(TARGET_RUNTIMES),
    ),
    "min_elements": attr.int(
        doc = "Weights with fewer elements stay float. Default: 1024.",
        default = _UNSET,
    ),
    "keep_float": attr.string_list(
        doc = "Regular expressions of tensor names that stay float.",
    ),
    "converter": attr.label(
        doc = "Set by the macro.",
        providers = [TfliteConverterInfo],
    ),
}

def _check(ctx):
    label, attributes = ctx.label, ctx.attr
    if label.name.endswith(".tflite"):
        fail("%s: name ends in .tflite, which the rule adds. Call it \"%s\"." % (
            label,
            label.name[:-len(".tflite")],
        ))
    if attributes.saved_model and attributes.model:
        fail("%s: saved_model and model are both set. Keep the one to start from." % label)
    if not attributes.saved_model and not attributes.model:
        fail("%s: neither saved_model nor model is set. Set the one to start from." % label)
    if attributes.signature and attributes.model:
        fail("%s: signature is set, but model is converted already. Remove signature." % label)
    if attributes.target_runtime:
        check_choice(label, "target_runtime", attributes.target_runtime, TARGET_RUNTIMES)
    if attributes.min_elements < _UNSET:
        fail("%s: min_elements = %d is negative. Set 0 to quantize every weight." % (
            label,
            attributes.min_elements,
        ))
    if "" in attributes.keep_float:
        fail("%s: keep_float has an empty regular expression, which matches all. Remove it." % label)
    also = _options(ctx)
    if attributes.recipe and also:
        fail("%s: recipe is set together with %s. Say it all in the recipe, or all in attributes." % (
            label,
            ", ".join(sorted(also)),
        ))

def _options(ctx):
    """Returns the set attributes that a recipe would replace: name -> list of values."""
    options = {
        "target_runtime": [ctx.attr.target_runtime] if ctx.attr.target_runtime else [],
        "min_elements": [str(ctx.attr.min_elements)] if ctx.attr.min_elements != _UNSET else [],
        "keep_float": ctx.attr.keep_float,
    }
    return {name: values for name, values in options.items() if values}

def _convert(ctx):
    float_model = ctx.actions.declare_file(ctx.label.name + ".float.tflite")
    args = ctx.actions.args()
    args.add(saved_model_folder(ctx.label, ctx.files.saved_model))
    args.add("--output", float_model)
    if ctx.attr.signature:
        args.add("--signature", ctx.attr.signature)
    converter = ctx.attr.converter[TfliteConverterInfo]
    program_action(
        ctx,
        converter.converter,
        args,
        workers = converter.workers,
        inputs = ctx.files.saved_model,
        outputs = [float_model],
        mnemonic = "TfliteConvert",
        progress_message = "Converting the SavedModel of %s" % ctx.label,
    )
    return float_model

def _quantize(ctx, float_model):
    info = TfliteModelInfo(
        tflite = ctx.actions.declare_file(ctx.label.name + ".tflite"),
        float_model = float_model,
        plan = ctx.actions.declare_file(ctx.label.name + ".plan.json"),
        report = ctx.actions.declare_file(ctx.label.name + ".report.json"),
    )
    args = ctx.actions.args()
    args.add(float_model)
    args.add("--output", info.tflite)
    args.add("--plan", info.plan)
    args.add("--report", info.report)
    args.add("--quiet")
    if ctx.file.recipe:
        args.add("--recipe", ctx.file.recipe)
    for name, values in _options(ctx).items():
        args.add_all(values, format_each = "--%s=%%s" % name.replace("_", "-"))
    tools = ctx.toolchains[TOOLCHAIN_TYPE]
    program_action(
        ctx,
        tools.quantizer,
        args,
        workers = tools.workers,
        inputs = [float_model] + ctx.files.recipe,
        outputs = [info.tflite, info.plan, info.report],
        mnemonic = "TfliteQuantize",
        progress_message = "Quantizing %s" % ctx.label,
    )
    return info

def _tflite_quantized_model_impl(ctx):
    _check(ctx)
    info = _quantize(ctx, ctx.file.model or _convert(ctx))
    return [
        DefaultInfo(
            files = depset([info.tflite]),
            runfiles = ctx.runfiles([info.tflite]),
        ),
        OutputGroupInfo(
            float_model = depset([info.float_model]),
            plan = depset([info.plan]),
            report = depset([info.report]),
        ),
        info,
    ]

_tflite_quantized_model = rule(
    doc = _DOC,
    implementation = _tflite_quantized_model_impl,
    attrs = _ATTRS,
    toolchains = [TOOLCHAIN_TYPE],
    provides = [TfliteModelInfo],
)

_CONVERTER = str(Label("//rules/private:converter"))

def tflite_quantized_model(name, saved_model = None, **kwargs):
    """Quantizes a model.

    Only a SavedModel needs the converter, and only where it is named TensorFlow is fetched.

    Args:
      name: the target; its file is `<name>.tflite`.
      saved_model: the SavedModel, if one is to be converted.
      **kwargs: the rule's other attributes.
    """
    _tflite_quantized_model(
        name = name,
        saved_model = saved_model,
        converter = _CONVERTER if saved_model else None,
        **kwargs
    )
