"""Rule: models in a folder that an Android app takes as assets."""

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
uncompressed in the APK: android_binary needs `nocompress_extensions = [".tflite"]`, since quantized
weights compress well enough for aapt to do so.
"""

_ATTRS = {
    "models": attr.label_list(
        doc = "tflite_quantized_model targets, or any `.tflite` files.",
        allow_files = [".tflite"],
        mandatory = True,
    ),
    "dir": attr.string(
        doc = "The folder below assets.",
        default = "models",
    ),
}

def _check(ctx):
    label = ctx.label
    if not ctx.files.models:
        fail("%s: models is empty. Name at least one tflite_quantized_model." % label)
    for part in ctx.attr.dir.split("/"):
        if part in ["", ".", ".."]:
            fail("%s: dir = \"%s\" is not a plain relative path. Write it as \"models\"." % (
                label,
                ctx.attr.dir,
            ))
        _check_kept(label, "dir", part)
    seen = {}
    for model in ctx.files.models:
        _check_kept(label, "models", model.basename)
        other = seen.setdefault(model.basename.lower(), model)
        if other != model:
            fail("%s: models has two files of one name, and an APK ignores case: %s, %s. %s" % (
                label,
                other.short_path,
                model.short_path,
                "Rename a target, or put it into assets of its own with another dir.",
            ))

def _check_kept(label, attribute, name):
    if name.startswith("_") or name.startswith("."):
        fail("%s: %s has \"%s\", and aapt leaves names with a leading _ or . out. Rename it." % (
            label,
            attribute,
            name,
        ))

def _tflite_android_assets_impl(ctx):
    _check(ctx)
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
