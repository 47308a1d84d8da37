"""Rule: models as an Android library."""

load(":model_files.bzl", "MODELS", "check_assets")
load(":names.bzl", "check_java_package")
load(":packager.bzl", "packager")

_DOC = """Packs models as an Android library of assets and no code: the one file `<name>.aar`.

    tflite_aar(
        name = "speech_models",
        models = [":keyword_spotting"],
        namespace = "com.example.speech.models",
    )

`aar_import` of rules_android takes it as it is, Gradle from a tflite_maven_repository or as
`implementation(files("speech_models.aar"))`. The app opens `models/keyword_spotting.tflite`.
"""

_ATTRS = {
    "models": MODELS,
    "namespace": attr.string(
        doc = "The Java package of the library, unlike that of any other library in the app.",
        mandatory = True,
    ),
    "min_sdk": attr.int(
        doc = "The lowest Android API level of apps that may take it.",
        default = 21,
    ),
    "dir": attr.string(
        doc = "The folder below assets.",
        default = "models",
    ),
    "_packager": packager("aar"),
}

def _check(ctx):
    check_assets(ctx.label, ctx.files.models, ctx.attr.dir)
    check_java_package(ctx.label, "namespace", ctx.attr.namespace)
    if ctx.attr.min_sdk < 1:
        fail("%s: min_sdk = %d is no API level. Write 21 for Android 5 and later." % (
            ctx.label,
            ctx.attr.min_sdk,
        ))

def _tflite_aar_impl(ctx):
    _check(ctx)
    aar = ctx.actions.declare_file(ctx.label.name + ".aar")
    args = ctx.actions.args()
    args.add_all(ctx.files.models)
    args.add("--output", aar)
    args.add("--namespace", ctx.attr.namespace)
    args.add("--min-sdk", ctx.attr.min_sdk)
    args.add("--dir", ctx.attr.dir)
    ctx.actions.run(
        executable = ctx.executable._packager,
        arguments = [args],
        inputs = ctx.files.models,
        outputs = [aar],
        mnemonic = "TfliteAar",
        progress_message = "Packing %s" % ctx.label,
    )
    return [DefaultInfo(
        files = depset([aar]),
        runfiles = ctx.runfiles([aar]),
    )]

tflite_aar = rule(
    doc = _DOC,
    implementation = _tflite_aar_impl,
    attrs = _ATTRS,
)
