"""Rule: a signed APK, built with Debian's tools; in place of android_binary, which wants an SDK."""

_ATTRS = {
    "app": attr.label_list(
        doc = "AndroidManifest.xml, res and smali, below a folder `app`.",
        allow_files = True,
        mandatory = True,
    ),
    "manifest": attr.label(
        doc = "Which of them is the manifest: the others lie beside it.",
        allow_single_file = ["AndroidManifest.xml"],
        mandatory = True,
    ),
    "assets": attr.label(
        doc = "A tflite_android_assets.",
        mandatory = True,
    ),
    "keystore": attr.label(
        doc = "The key to sign with; its password is android.",
        allow_single_file = [".keystore"],
        mandatory = True,
    ),
    "_builder": attr.label(
        default = "//examples/android:build_apk",
        executable = True,
        cfg = "exec",
    ),
}

def _signed_apk_impl(ctx):
    apk = ctx.actions.declare_file(ctx.label.name + ".apk")
    args = ctx.actions.args()
    args.add("--app", ctx.file.manifest.dirname)
    args.add("--assets")
    args.add_all(ctx.files.assets, expand_directories = False)
    args.add("--keystore", ctx.file.keystore)
    args.add("--output", apk)
    ctx.actions.run(
        executable = ctx.executable._builder,
        arguments = [args],
        inputs = ctx.files.app + ctx.files.assets + [ctx.file.manifest, ctx.file.keystore],
        outputs = [apk],
        mnemonic = "SignedApk",
        progress_message = "Building %s" % ctx.label,
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([apk]))]

signed_apk = rule(
    doc = "A small app with models as assets.",
    implementation = _signed_apk_impl,
    attrs = _ATTRS,
)
