"""Rule: a test that a model computes what it did when its outputs were frozen."""

load(":decimal.bzl", "check_decimal")
load(":launcher.bzl", "LAUNCHER_ATTRS", "in_runfiles", "shell_word", "write_launcher")
load(":packager.bzl", "checker", "packager")

_DOC = """Fails where a model's outputs differ from frozen ones.

    tflite_golden_test(
        name = "keyword_spotting_golden",
        golden = "keyword_spotting_golden.npz",
        model = ":keyword_spotting",
        tolerance = "0.001",
    )

The golden file holds inputs, outputs, and the signature and numerics that gave them. Make it once,
look at what it says, and check it in:

    tflq golden bazel-bin/app/keyword_spotting.tflite -o app/keyword_spotting_golden.npz

`--input FILE.npz` takes inputs of your own in place of random ones. After an intended change, make it
again: the test then says that the model changed, and the commit that it was meant to.

Running the model is a build action, cached; the test only compares numbers.
"""

_ATTRS = dict(
    LAUNCHER_ATTRS,
    model = attr.label(
        doc = "A tflite_quantized_model, or any `.tflite`.",
        allow_single_file = [".tflite"],
        mandatory = True,
    ),
    golden = attr.label(
        doc = "What `tflq golden` wrote.",
        allow_single_file = [".npz"],
        mandatory = True,
    ),
    tolerance = attr.string(
        doc = "The largest difference of an output may be this share of the largest value in its " +
              "golden one. \"0\" asks for the same bits, which functions such as exp need not " +
              "give on another machine.",
        default = "0.00001",
    ),
    _runner = packager("compare_golden"),
    _checker = checker("check_golden"),
)

def _compare(ctx):
    differences = ctx.actions.declare_file(ctx.label.name + ".differences.json")
    args = ctx.actions.args()
    args.add(ctx.file.model)
    args.add("--golden", ctx.file.golden)
    args.add("--output", differences)
    ctx.actions.run(
        executable = ctx.executable._runner,
        arguments = [args],
        inputs = [ctx.file.model, ctx.file.golden],
        outputs = [differences],
        mnemonic = "TfliteCompareGolden",
        progress_message = "Running %s" % ctx.label,
    )
    return differences

def _tflite_golden_test_impl(ctx):
    check_decimal(ctx.label, "tolerance", ctx.attr.tolerance)
    differences = _compare(ctx)
    words = ["exec", in_runfiles(ctx, ctx.executable._checker), in_runfiles(ctx, differences)]
    words += ["--name", shell_word("//%s:%s" % (ctx.label.package, ctx.label.name))]
    words += ["--tolerance", ctx.attr.tolerance, '"$@"']
    return [write_launcher(
        ctx,
        commands = [" ".join(words)],
        files = [differences],
        targets = [ctx.attr._checker],
    )]

tflite_golden_test = rule(
    doc = _DOC,
    implementation = _tflite_golden_test_impl,
    attrs = _ATTRS,
    test = True,
)
