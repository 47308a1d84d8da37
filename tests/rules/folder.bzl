"""A rule that makes a SavedModel folder, as far as its shape goes."""

def _folder_impl(ctx):
    folder = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        command = 'mkdir -p "$1/variables" && touch "$1/saved_model.pb" "$1/variables/variables.index"',
        arguments = [folder.path],
        outputs = [folder],
    )
    return [DefaultInfo(files = depset([folder]))]

folder = rule(
    doc = "A folder with saved_model.pb and variables.",
    implementation = _folder_impl,
)
