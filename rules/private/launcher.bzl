"""A shell script that starts programs from its runfiles, wherever it is called from."""

load(":runfiles.bzl", "runfiles_of", "runfiles_path")

LAUNCHER_ATTRS = {
    "_launcher": attr.label(
        default = "//rules/private:launcher.sh",
        allow_single_file = True,
    ),
}

def in_runfiles(ctx, file):
    """Returns the shell word for a file of the launcher's runfiles."""
    return '"$runfiles/%s"' % runfiles_path(ctx, file)

def shell_word(text):
    """Returns the shell word for a string."""
    return "'%s'" % text.replace("'", "'\\''")

def write_launcher(ctx, commands, exports = {}, files = [], targets = []):
    """Writes the executable of a rule that has LAUNCHER_ATTRS.

    Args:
      ctx: the rule's context.
      commands: list of shell lines.
      exports: environment variable -> shell word.
      files: list of File that the commands need.
      targets: list of Target whose files and runfiles the commands need.

    Returns:
      DefaultInfo with the executable and its runfiles.
    """
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.expand_template(
        template = ctx.file._launcher,
        output = executable,
        substitutions = {
            "{commands}": "\n".join(commands),
            "{exports}": "\n".join(["export %s=%s" % (k, v) for k, v in exports.items()]),
            "{label}": str(ctx.label),
        },
        is_executable = True,
    )
    return DefaultInfo(
        executable = executable,
        files = depset([executable]),
        runfiles = runfiles_of(ctx, files, targets),
    )
