"""Rule: a TensorFlow model, quantized."""

load(":current_converter.bzl", "TfliteConverterInfo")
load(":program_action.bzl", "program_action")
load(":recipe_attrs.bzl", "RECIPE_ATTRS", "SAMPLES_ATTRS", "add_recipe", "check_recipe", "recipe_options")
load(":samples.bzl", "add_samples", "samples_place")
load(":saved_model.bzl", "saved_model_folder")
load(":tflite_model_info.bzl", "TfliteModelInfo")
load(":toolchain.bzl", "EXEC_TOOLCHAINS", "TOOLCHAIN_TYPE")

_DOC = """Quantizes a TensorFlow SavedModel, or a float `.tflite`, to a `.tflite` a quarter of the size.

The target is the one file `<name>.tflite`; `assets` and `data` of an app's rules take it as it is.
The output groups `report`, `plan`, `manifest` and `float_model` hold the rest, and `front` what the
search within an accuracy_budget measured.

    tflite_quantized_model(
        name = "keyword_spotting",
        saved_model = ":keyword_spotting_saved_model",
    )
"""

_ATTRS = dict(
    RECIPE_ATTRS,
    saved_model = attr.label(
        doc = "The SavedModel: a rule that makes the folder, or a filegroup of its files.",
        allow_files = True,
    ),
    model = attr.label(
        doc = "A float `.tflite`, instead of saved_model.",
        allow_single_file = [".tflite"],
    ),
    signature = attr.string(
        doc = "The signature of the SavedModel to convert; \"*\" for all. Needed where it has several.",
    ),
    recipe = attr.label(
        doc = "What to quantize and how, JSON; instead of attributes.",
        allow_single_file = [".json"],
    ),
    converter = attr.label(
        doc = "Set by the macro.",
        providers = [TfliteConverterInfo],
    ),
    **SAMPLES_ATTRS
)

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
    check_recipe(label, attributes)
    also = recipe_options(attributes)
    if attributes.recipe and also:
        fail("%s: recipe is set together with %s. Say it all in the recipe, or all in attributes." % (
            label,
            ", ".join(sorted(also)),
        ))

def _convert(ctx):
    """Returns the float model, and a list of the file that says what it was made of."""
    float_model = ctx.actions.declare_file(ctx.label.name + ".float.tflite")
    materials = ctx.actions.declare_file(ctx.label.name + ".materials.json")
    args = ctx.actions.args()
    args.add(saved_model_folder(ctx.label, ctx.files.saved_model))
    args.add("--output", float_model)
    args.add("--materials", materials)
    if ctx.attr.signature:
        args.add("--signature", ctx.attr.signature)
    converter = ctx.attr.converter[TfliteConverterInfo]
    program_action(
        ctx,
        converter.converter,
        args,
        workers = converter.workers,
        inputs = ctx.files.saved_model,
        outputs = [float_model, materials],
        mnemonic = "TfliteConvert",
        progress_message = "Converting the SavedModel of %s" % ctx.label,
    )
    return float_model, [materials]

def _quantize(ctx, float_model, materials):
    """Returns what was made: TfliteModelInfo."""
    front = None
    if ctx.attr.accuracy_budget:
        front = ctx.actions.declare_file(ctx.label.name + ".front.json")
    info = TfliteModelInfo(
        tflite = ctx.actions.declare_file(ctx.label.name + ".tflite"),
        float_model = float_model,
        plan = ctx.actions.declare_file(ctx.label.name + ".plan.json"),
        report = ctx.actions.declare_file(ctx.label.name + ".report.json"),
        front = front,
        manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json"),
    )
    args = ctx.actions.args()
    args.add(float_model)
    args.add("--output", info.tflite)
    args.add("--plan", info.plan)
    args.add("--report", info.report)
    args.add("--manifest", info.manifest)
    args.add_all("--materials", materials)
    args.add("--quiet")
    if ctx.file.recipe:
        args.add("--recipe", ctx.file.recipe)
    add_recipe(args, ctx.attr)
    listed = _add_data(ctx, args)
    if front:
        args.add("--front", front)
    tools = ctx.toolchains[TOOLCHAIN_TYPE]
    program_action(
        ctx,
        tools.quantizer,
        args,
        workers = tools.workers,
        toolchain = TOOLCHAIN_TYPE,
        inputs = [float_model] + materials + ctx.files.recipe + ctx.files.data + listed,
        outputs = [info.tflite, info.plan, info.report, info.manifest] + ([front] if front else []),
        mnemonic = "TfliteQuantize",
        progress_message = "Quantizing %s" % ctx.label,
    )
    return info

def _add_data(ctx, args):
    """Adds what says where samples are; returns further inputs."""
    if not ctx.attr.data:
        return []
    place = samples_place(ctx.label, "data", ctx.files.data)
    for name in ["label", "mean", "std", "resize"]:
        args.add("--%s=%s" % (name, getattr(ctx.attr, name)))
    if ctx.attr.limit:
        args.add("--limit=%d" % ctx.attr.limit)
    return add_samples(ctx.actions, args, place, ctx.label.name + ".data_files")

def _tflite_quantized_model_impl(ctx):
    _check(ctx)
    float_model, materials = (ctx.file.model, []) if ctx.file.model else _convert(ctx)
    info = _quantize(ctx, float_model, materials)
    return [
        DefaultInfo(
            files = depset([info.tflite]),
            runfiles = ctx.runfiles([info.tflite]),
        ),
        OutputGroupInfo(
            float_model = depset([info.float_model]),
            front = depset([info.front] if info.front else []),
            manifest = depset([info.manifest]),
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
    **EXEC_TOOLCHAINS
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
