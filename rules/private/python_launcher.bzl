"""A shell script that starts a Python module of this project in one of its environments."""

load(":python_environment.bzl", "PythonEnvironmentInfo")
load(":runfiles.bzl", "runfiles_of", "runfiles_path")

PYTHON_LAUNCHER_ATTRS = {
    "environment": attr.label(
        doc = "The Python environment to run in.",
        providers = [PythonEnvironmentInfo],
        mandatory = True,
    ),
    "srcs": attr.label_list(
        doc = "Python sources that the program imports, from anywhere in its repository.",
        allow_files = [".py"],
    ),
    "_launcher": attr.label(
        default = "//rules/private:python_launcher.sh",
        allow_single_file = True,
    ),
}

def python_launcher(ctx, main, exports = {}, arguments = [], data = []):
    """Writes the launcher of a rule that has PYTHON_LAUNCHER_ATTRS.

    Args:
      ctx: the rule's context.
      main: the File that holds the module to run as __main__.
      exports: environment variable -> File, whose absolute path the program finds there.
      arguments: list of File that come first on the program's command line.
      data: list of File that the program reads.

    Returns:
      DefaultInfo with the executable and its runfiles.
    """
    environment = ctx.attr.environment[PythonEnvironmentInfo]
    root, _, module = runfiles_path(ctx, main).partition("/")
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.expand_template(
        template = ctx.file._launcher,
        output = executable,
        substitutions = {
            "{arguments}": " ".join([_quoted(ctx, file) for file in arguments]),
            "{exports}": "\n".join([
                "export %s=%s" % (variable, _quoted(ctx, file))
                for variable, file in exports.items()
            ]),
            "{module}": module[:-len(".py")].replace("/", "."),
            "{python}": runfiles_path(ctx, environment.launcher),
            "{root}": root,
        },
        is_executable = True,
    )
    files = [main] + ctx.files.srcs + exports.values() + arguments + data
    return DefaultInfo(
        executable = executable,
        files = depset([executable]),
        runfiles = runfiles_of(ctx, files, [ctx.attr.environment]),
    )

def _quoted(ctx, file):
    return '"$runfiles/%s"' % runfiles_path(ctx, file)
