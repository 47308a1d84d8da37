"""Rule: variants of a model, of which Google Play gives each phone its own."""

load(":choices.bzl", "check_choice")
load(":model_files.bzl", "check_folder")
load(":names.bzl", "is_identifier")
load(":packager.bzl", "packager")

_DOC = """Lays out variants of one model as an AI pack: the folder `<name>`, a Gradle module.

    tflite_ai_pack(
        name = "speech",
        device_groups = {"fast": ["soc Qualcomm SM8650", "soc QTI SM8650", "ram 12000000000"]},
        variants = {
            ":speech_float16": "fast",
            ":speech_int8": "other",
        },
    )

The app opens `models/speech.tflite`, whichever it got. In its Gradle build (AGP 8.10 or later, with
`android.experimental.enableDeviceTargetingConfigApi=true` in gradle.properties):

    include(":speech"); project(":speech").projectDir = file("../bazel-bin/app/speech")

    android {
        assetPacks += ":speech"
        bundle {
            deviceTargetingConfig = file("../bazel-bin/app/speech/device_targeting_configuration.xml")
            deviceGroup { enableSplit = true; defaultGroup = "other" }
        }
    }

An app has one targeting file: where it has several packs, give device_groups to one of them.
"""

_DELIVERIES = ["install-time", "fast-follow", "on-demand"]
_FALLBACK = "other"

_ATTRS = {
    "variants": attr.label_keyed_string_dict(
        doc = "tflite_quantized_model targets, or any `.tflite` files -> the group of phones that " +
              "gets it. One is \"other\", for phones that are in no group.",
        allow_files = [".tflite"],
        mandatory = True,
    ),
    "device_groups": attr.string_list_dict(
        doc = "Group -> what a phone has that belongs to it; one entry is enough: " +
              "\"soc MANUFACTURER MODEL\" (as android.os.Build says), \"device BRAND DEVICE\" " +
              "or \"ram BYTES\", at least.",
    ),
    "pack": attr.string(
        doc = "The name of the pack. Default: the target's.",
    ),
    "delivery": attr.string(
        doc = "When the phone gets it: %s." % ", ".join(_DELIVERIES),
        default = "install-time",
    ),
    "model": attr.string(
        doc = "The model's file name, for every variant. Default: `<name>.tflite`.",
    ),
    "dir": attr.string(
        doc = "The folder below assets.",
        default = "models",
    ),
    "_packager": packager("ai_pack"),
}

def _pack(ctx):
    return ctx.attr.pack or ctx.label.name

def _model(ctx):
    return ctx.attr.model or ctx.label.name + ".tflite"

def _check(ctx):
    label, groups = ctx.label, ctx.attr.variants.values()
    check_choice(label, "delivery", ctx.attr.delivery, _DELIVERIES)
    check_folder(label, "dir", ctx.attr.dir)
    if not is_identifier(_pack(ctx)):
        fail("%s: pack = \"%s\" is no name for a pack. %s" % (
            label,
            _pack(ctx),
            "Begin with a letter; go on with letters, digits and underscores.",
        ))
    if "/" in _model(ctx) or not _model(ctx).endswith(".tflite"):
        fail("%s: model = \"%s\" is not the name of a .tflite. Name the folder in dir." % (
            label,
            _model(ctx),
        ))
    if _FALLBACK not in groups:
        fail("%s: no variant is for \"%s\", so that some phones get none. Add one." % (
            label,
            _FALLBACK,
        ))
    for group in groups:
        _check_group(label, group, groups)
    _check_device_groups(ctx, groups)

def _check_group(label, group, groups):
    if not is_identifier(group):
        fail("%s: group \"%s\" is no name for a group. Use letters, digits and underscores." % (
            label,
            group,
        ))
    if len([each for each in groups if each == group]) > 1:
        fail("%s: two variants are for the group \"%s\". Keep one." % (label, group))

def _check_device_groups(ctx, groups):
    defined = ctx.attr.device_groups
    if not defined:
        return
    for group in groups:
        if group != _FALLBACK and group not in defined:
            fail("%s: device_groups does not say which phones are in \"%s\". Add the group." % (
                ctx.label,
                group,
            ))
    for group, entries in defined.items():
        if group not in groups or group == _FALLBACK:
            fail("%s: device_groups has \"%s\", which no variant is for%s. Remove it." % (
                ctx.label,
                group,
                " alone: it is every other phone" if group == _FALLBACK else "",
            ))
        if not entries:
            fail("%s: device_groups has no entry for \"%s\". Add one, as \"ram 8000000000\"." % (
                ctx.label,
                group,
            ))

def _tflite_ai_pack_impl(ctx):
    _check(ctx)
    pack = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--output")
    args.add(pack.path)
    args.add("--pack", _pack(ctx))
    args.add("--delivery", ctx.attr.delivery)
    args.add("--file", "%s/%s" % (ctx.attr.dir, _model(ctx)))
    for target, group in ctx.attr.variants.items():
        args.add("--variant", group)
        args.add_all(target[DefaultInfo].files)
    for group, entries in ctx.attr.device_groups.items():
        for entry in entries:
            args.add("--selector", group)
            args.add(entry)
    ctx.actions.run(
        executable = ctx.executable._packager,
        arguments = [args],
        inputs = ctx.files.variants,
        outputs = [pack],
        mnemonic = "TfliteAiPack",
        progress_message = "Laying out the AI pack %s" % ctx.label,
    )
    return [DefaultInfo(
        files = depset([pack]),
        runfiles = ctx.runfiles([pack]),
    )]

tflite_ai_pack = rule(
    doc = _DOC,
    implementation = _tflite_ai_pack_impl,
    attrs = _ATTRS,
)
