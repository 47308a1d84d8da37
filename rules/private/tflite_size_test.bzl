"""Rule: a test that a model is small enough."""

load(":decimal.bzl", "check_decimal")
load(":launcher.bzl", "LAUNCHER_ATTRS", "in_runfiles", "shell_word", "write_launcher")
load(":packager.bzl", "checker")
load(":tflite_model_info.bzl", "TfliteModelInfo")

_DOC = """Fails where a model's file is larger than it may be.

    tflite_size_test(
        name = "keyword_spotting_size",
        max_bytes = 30000,
        min_ratio = "3.5",
        model = ":keyword_spotting",
    )

test.xml has a case for each of the two.
"""

_UNSET = 0

_ATTRS = dict(
    LAUNCHER_ATTRS,
    model = attr.label(
        doc = "A tflite_quantized_model, or any `.tflite`.",
        allow_single_file = [".tflite"],
        mandatory = True,
    ),
    max_bytes = attr.int(
        doc = "The file may have this many bytes.",
        default = _UNSET,
    ),
    min_ratio = attr.string(
        doc = "The file must be this many times smaller than the float model's, as \"3.5\".",
    ),
    _checker = checker("check_size"),
)

def _check(ctx):
    label, attributes = ctx.label, ctx.attr
    if attributes.max_bytes == _UNSET and not attributes.min_ratio:
        fail("%s: neither max_bytes nor min_ratio is set. Set at least one." % label)
    if attributes.max_bytes < _UNSET:
        fail("%s: max_bytes = %d is negative. Write the size of the file in bytes." % (
            label,
            attributes.max_bytes,
        ))
    if attributes.min_ratio:
        check_decimal(label, "min_ratio", attributes.min_ratio)
        if TfliteModelInfo not in attributes.model:
            fail("%s: min_ratio compares with a float model, and model = %s has none. %s" % (
                label,
                attributes.model.label,
                "Give a tflite_quantized_model, or set max_bytes.",
            ))

def _tflite_size_test_impl(ctx):
    _check(ctx)
    files = [ctx.file.model]
    words = ["exec", in_runfiles(ctx, ctx.executable._checker), in_runfiles(ctx, ctx.file.model)]
    words += ["--name", shell_word("//%s:%s" % (ctx.label.package, ctx.label.name))]
    if ctx.attr.max_bytes != _UNSET:
        words += ["--max-bytes", str(ctx.attr.max_bytes)]
    if ctx.attr.min_ratio:
        float_model = ctx.attr.model[TfliteModelInfo].float_model
        files.append(float_model)
        words += ["--float-model", in_runfiles(ctx, float_model)]
        words += ["--min-ratio", ctx.attr.min_ratio]
    return [write_launcher(
        ctx,
        commands = [" ".join(words + ['"$@"'])],
        files = files,
        targets = [ctx.attr._checker],
    )]

tflite_size_test = rule(
    doc = _DOC,
    implementation = _tflite_size_test_impl,
    attrs = _ATTRS,
    test = True,
)
