"""Rule: a test that a finished app holds its models as the phone needs them."""

load(":launcher.bzl", "LAUNCHER_ATTRS", "in_runfiles", "write_launcher")
load(":model_files.bzl", "MODELS")
load(":packager.bzl", "checker")
load(":runfiles.bzl", "runfiles_path")

_DOC = """Opens a finished app and fails where a model of it would not work on the phone.

    tflite_packaged_test(
        name = "app_models_test",
        app = ":app",
        models = [":keyword_spotting"],
    )

For each model: the app holds exactly the target's bytes (sha256), they are a `.tflite`, and the app's
code can open them. In an APK they also lie uncompressed and aligned, so that the phone maps them into
memory; in an app bundle (`.aab`) they will. The message names the cure for each build system.

An app that another build system made is a source file like any other: name it in `app`.
"""

_ATTRS = dict(
    LAUNCHER_ATTRS,
    app = attr.label(
        doc = "An `.apk`, `.aab`, `.aar` or `.ipa`; or a folder, or the files of one, such as an " +
              "`.app`, a tflite_apple_bundle or tflite_android_assets.",
        allow_files = True,
        mandatory = True,
    ),
    models = MODELS,
    alignment = attr.int(
        doc = "Bytes that a model's place in an APK must be a multiple of. A model's buffers want " +
              "16, LiteRT insists on 4, and zipalign gives what it is asked for.",
        default = 16,
        values = [1, 2, 4, 8, 16, 32, 64, 4096, 16384],
    ),
    _checker = checker("check_packaged"),
)

_ARCHIVES = ["aab", "aar", "apk", "ipa"]
_FOLDERS = [".app", ".bundle"]

def _app(ctx):
    """Returns where the app lies below the runfiles folder."""
    files = ctx.files.app
    archives = [file for file in files if file.extension.lower() in _ARCHIVES and
                                          not file.basename.endswith("_unsigned.apk")]
    if len(archives) == 1:
        return runfiles_path(ctx, archives[0])
    folders = {_folder(runfiles_path(ctx, file)): None for file in files}.keys()
    if not archives and len(folders) == 1 and folders[0]:
        return folders[0]
    if len(files) == 1 and (files[0].is_directory or files[0].is_source):
        return runfiles_path(ctx, files[0])
    fail("%s: app = %s is %s. %s" % (
        ctx.label,
        ctx.attr.app.label,
        "%d archives" % len(archives) if archives else "%d files and no app" % len(files),
        "Name one .apk, .aab, .aar or .ipa, a folder, or the files of one .bundle or .app.",
    ))

def _folder(path):
    """Returns the outermost .bundle or .app that a file lies in, or None."""
    parts = path.split("/")
    for index in range(len(parts) - 1):
        if parts[index][parts[index].rfind("."):] in _FOLDERS:
            return "/".join(parts[:index + 1])
    return None

def _tflite_packaged_test_impl(ctx):
    if not ctx.files.models:
        fail("%s: models is empty. Name at least one tflite_quantized_model." % ctx.label)
    words = ["exec", in_runfiles(ctx, ctx.executable._checker), '"$runfiles/%s"' % _app(ctx)]
    words += [in_runfiles(ctx, model) for model in ctx.files.models]
    words += ["--alignment", str(ctx.attr.alignment), '"$@"']
    return [write_launcher(
        ctx,
        commands = [" ".join(words)],
        files = ctx.files.app + ctx.files.models,
        targets = [ctx.attr._checker],
    )]

tflite_packaged_test = rule(
    doc = _DOC,
    implementation = _tflite_packaged_test_impl,
    attrs = _ATTRS,
    test = True,
)
