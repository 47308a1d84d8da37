"""Rule: models in a folder that an Android app takes as assets."""

load(":model_files.bzl", "MODELS", "check_assets")

_DOC = """Puts models into the folder `<name>/<dir>/`, ready for `assets` of rules_android.

    tflite_android_assets(
        name = "model_assets",
        models = [":keyword_spotting"],
    )

    android_library(
        name = "models",
        assets = [":model_assets"],
        assets_dir = "model_assets",
        manifest = "AndroidManifest.xml",
    )

The app opens `models/keyword_spotting.tflite`. It can map the model into memory only where it lies
uncompressed in the APK: android_binary needs `nocompress_extensions = [".tflite"]`, since many a
quantized model compresses well enough for aapt to do so. A tflite_packaged_test on the app tells.
"""

_ATTRS = {
    "models": MODELS,
    "dir": attr.string(
        doc = "The folder below assets.",
        default = "models",
    ),
}

def _tflite_android_assets_impl(ctx):
    check_assets(ctx.label, ctx.files.models, ctx.attr.dir)
    assets = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("%s/%s" % (assets.path, ctx.attr.dir))
    args.add_all(ctx.files.models)
    ctx.actions.run_shell(
        command = 'folder="$1" && shift && mkdir -p "$folder" && cp -L "$@" "$folder"',
        arguments = [args],
        inputs = ctx.files.models,
        outputs = [assets],
        mnemonic = "TfliteAndroidAssets",
        progress_message = "Laying out the assets of %s" % ctx.label,
    )
    return [DefaultInfo(
        files = depset([assets]),
        runfiles = ctx.runfiles([assets]),
    )]

tflite_android_assets = rule(
    doc = _DOC,
    implementation = _tflite_android_assets_impl,
    attrs = _ATTRS,
)
