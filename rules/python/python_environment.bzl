"""A Python environment as a target: what a tool must start and declare to run in it."""

_DOC = """Names a Python environment by two small files.

The packages themselves are not declared: an action's key is the stamp, which lists them.
"""

PythonEnvironmentInfo = provider(
    doc = "A Python interpreter with its packages.",
    fields = {
        "launcher": "File: an executable that takes an interpreter's arguments.",
        "files": "depset of File: what every action that runs the launcher must declare.",
    },
)

_ATTRS = {
    "launcher": attr.label(
        doc = "The executable that starts the interpreter.",
        allow_single_file = True,
        mandatory = True,
    ),
    "stamp": attr.label(
        doc = "A file that changes whenever the environment does.",
        allow_single_file = True,
        mandatory = True,
    ),
}

def _python_environment_impl(ctx):
    files = depset([ctx.file.launcher, ctx.file.stamp])
    return [
        DefaultInfo(files = files),
        PythonEnvironmentInfo(launcher = ctx.file.launcher, files = files),
    ]

python_environment = rule(
    doc = _DOC,
    implementation = _python_environment_impl,
    attrs = _ATTRS,
)
