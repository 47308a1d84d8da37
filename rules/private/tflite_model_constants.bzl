"""Rule: what an app's code wants to know of a model, as a source file."""

load(":names.bzl", "check_java_package", "is_identifier")
load(":packager.bzl", "packager")

_DOC = """Writes a Kotlin, Swift or C file that describes a model, so that no app spells it out again.

    tflite_model_constants(
        name = "keyword_spotting_constants",
        out = "KeywordSpotting.kt",
        model = ":keyword_spotting",
        package = "com.example.speech",
    )

It has the path that the app opens, the sha256 (to check a download with), the size, and for each
signature the key and its inputs and outputs: name, index, type, shape (-1: the caller chooses), and
scale and zero point where they are quantized: `real = SCALE * (q - ZERO_POINT)`. In Kotlin:

    val image = KeywordSpotting.ServingDefault.Inputs.Image
    interpreter.resizeInput(image.INDEX, image.SHAPE)

The file changes with the model, so that code which no longer fits does not compile. It needs no
library of ours: `srcs` of a kt_android_library, swift_library or cc_library take it.
"""

# Suffix -> the folder that a model lies in by default, for an app of that language.
_FOLDERS = {
    "h": "",
    "kt": "models/",
    "swift": "",
}

_ATTRS = {
    "model": attr.label(
        doc = "A tflite_quantized_model, or any `.tflite`.",
        allow_single_file = [".tflite"],
        mandatory = True,
    ),
    "out": attr.output(
        doc = "The file: `.kt`, `.swift` or `.h`. Its stem names the object, the enum, or begins " +
              "the macros' names.",
        mandatory = True,
    ),
    "asset_path": attr.string(
        doc = "The path that the app opens. Default: the model's file name, for Kotlin in `models/`.",
    ),
    "package": attr.string(
        doc = "The package of a Kotlin file.",
    ),
    "_packager": packager("model_constants"),
}

def _check(ctx):
    label, out = ctx.label, ctx.outputs.out
    if out.extension not in _FOLDERS:
        fail("%s: out = \"%s\" is in no language that is known here. Let it end in one of: %s." % (
            label,
            out.basename,
            ", ".join(["." + suffix for suffix in sorted(_FOLDERS)]),
        ))
    stem = out.basename[:-len(out.extension) - 1]
    if not is_identifier(stem):
        fail("%s: out = \"%s\" names no identifier. Write it as \"KeywordSpotting.%s\"." % (
            label,
            out.basename,
            out.extension,
        ))
    if ctx.attr.package:
        if out.extension != "kt":
            fail("%s: package is set, which only a Kotlin file has. Remove it." % label)
        check_java_package(label, "package", ctx.attr.package)

def _tflite_model_constants_impl(ctx):
    _check(ctx)
    out = ctx.outputs.out
    args = ctx.actions.args()
    args.add(ctx.file.model)
    args.add("--output", out)
    args.add("--asset-path", ctx.attr.asset_path or _FOLDERS[out.extension] + ctx.file.model.basename)
    if ctx.attr.package:
        args.add("--package", ctx.attr.package)
    ctx.actions.run(
        executable = ctx.executable._packager,
        arguments = [args],
        inputs = [ctx.file.model],
        outputs = [out],
        mnemonic = "TfliteModelConstants",
        progress_message = "Describing %s" % ctx.label,
    )
    return [DefaultInfo(
        files = depset([out]),
        runfiles = ctx.runfiles([out]),
    )]

tflite_model_constants = rule(
    doc = _DOC,
    implementation = _tflite_model_constants_impl,
    attrs = _ATTRS,
)
