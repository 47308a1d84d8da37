"""Rule: Android libraries in a folder that Gradle reads."""

load(":names.bzl", "check_maven_coordinates")
load(":packager.bzl", "packager")

_DOC = """Lays out Android libraries as a Maven repository: the folder `<name>`.

    tflite_maven_repository(
        name = "maven",
        artifacts = {":speech_models": "com.example:speech-models:1.0.0"},
    )

In Gradle:

    repositories { maven { url = uri("../bazel-bin/speech/maven") } }
    dependencies { implementation("com.example:speech-models:1.0.0") }

Every file has its checksums, so that `--write-verification-metadata` of Gradle pins the models.
"""

_ATTRS = {
    "artifacts": attr.label_keyed_string_dict(
        doc = "tflite_aar targets, or any `.aar` files -> `group:artifact:version` of a release.",
        allow_files = [".aar"],
        mandatory = True,
    ),
    "_packager": packager("maven_repository"),
}

def _check(ctx):
    label = ctx.label
    if not ctx.attr.artifacts:
        fail("%s: artifacts is empty. Name at least one tflite_aar." % label)
    seen = {}
    for target, coordinates in ctx.attr.artifacts.items():
        check_maven_coordinates(label, coordinates)
        if len(target[DefaultInfo].files.to_list()) != 1:
            fail("%s: %s is not one .aar. Name a tflite_aar." % (label, target.label))
        artifact = coordinates.rpartition(":")[0]
        if artifact in seen:
            fail("%s: %s has two versions, %s and %s. Build one at a time." % (
                label,
                artifact,
                seen[artifact],
                coordinates,
            ))
        seen[artifact] = coordinates

def _tflite_maven_repository_impl(ctx):
    _check(ctx)
    repository = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--output")
    args.add(repository.path)
    for target, coordinates in ctx.attr.artifacts.items():
        args.add("--artifact", coordinates)
        args.add_all(target[DefaultInfo].files)
    ctx.actions.run(
        executable = ctx.executable._packager,
        arguments = [args],
        inputs = ctx.files.artifacts,
        outputs = [repository],
        mnemonic = "TfliteMavenRepository",
        progress_message = "Laying out the Maven repository %s" % ctx.label,
    )
    return [DefaultInfo(
        files = depset([repository]),
        runfiles = ctx.runfiles([repository]),
    )]

tflite_maven_repository = rule(
    doc = _DOC,
    implementation = _tflite_maven_repository_impl,
    attrs = _ATTRS,
)
