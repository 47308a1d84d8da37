"""Rule: models as a resource bundle for iOS and macOS apps."""

load(":model_files.bzl", "MODELS", "check_models")
load(":names.bzl", "check_bundle_identifier", "check_version")
load(":packager.bzl", "packager")

_DOC = """Packs models as the resource bundle `<name>.bundle`.

    tflite_apple_bundle(
        name = "Models",
        bundle_id = "com.example.Models",
        models = [":keyword_spotting"],
    )

The target is the files of the bundle, each on its own, as rules_apple wants them:

    apple_bundle_import(
        name = "models",
        bundle_imports = [":Models"],
    )

Xcode takes the folder in "Copy Bundle Resources"; CocoaPods takes the output group `podspec`, which
lies beside it: `pod "Models", :path => "bazel-bin/app"`. The app opens
`Bundle(url: Bundle.main.url(forResource: "Models", withExtension: "bundle")!)`. Loose models, such
as `resources` of an ios_application, all lie in one folder; a bundle has names of its own.
"""

_ATTRS = {
    "models": MODELS,
    "bundle_id": attr.string(
        doc = "The bundle's identifier, unlike the app's.",
        mandatory = True,
    ),
    "version": attr.string(
        doc = "The bundle's version.",
        default = "1.0",
    ),
    "minimum_os_version": attr.string(
        doc = "The lowest version of the system.",
        default = "12.0",
    ),
    "_packager": packager("apple_bundle"),
}

def _check(ctx):
    check_models(ctx.label, ctx.files.models, "a Mac's file system")
    check_bundle_identifier(ctx.label, "bundle_id", ctx.attr.bundle_id)
    check_version(ctx.label, "version", ctx.attr.version)
    check_version(ctx.label, "minimum_os_version", ctx.attr.minimum_os_version)

def _tflite_apple_bundle_impl(ctx):
    _check(ctx)
    folder = ctx.label.name + ".bundle"
    plist = ctx.actions.declare_file(folder + "/Info.plist")
    models = [
        ctx.actions.declare_file("%s/%s" % (folder, model.basename))
        for model in ctx.files.models
    ]
    podspec = ctx.actions.declare_file(ctx.label.name + ".podspec.json")
    args = ctx.actions.args()
    args.add_all(ctx.files.models)
    args.add("--output")
    args.add(plist.dirname)
    args.add("--podspec", podspec)
    args.add("--identifier", ctx.attr.bundle_id)
    args.add("--version", ctx.attr.version)
    args.add("--minimum-os", ctx.attr.minimum_os_version)
    ctx.actions.run(
        executable = ctx.executable._packager,
        arguments = [args],
        inputs = ctx.files.models,
        outputs = [plist, podspec] + models,
        mnemonic = "TfliteAppleBundle",
        progress_message = "Packing %s" % ctx.label,
    )
    return [
        DefaultInfo(
            files = depset([plist] + models),
            runfiles = ctx.runfiles([plist] + models),
        ),
        OutputGroupInfo(podspec = depset([podspec])),
    ]

tflite_apple_bundle = rule(
    doc = _DOC,
    implementation = _tflite_apple_bundle_impl,
    attrs = _ATTRS,
)
