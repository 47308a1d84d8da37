"""Rule: an executable from a Python program of this project."""

load(":python_launcher.bzl", "PYTHON_LAUNCHER_ATTRS", "python_launcher")

_DOC = """Runs a Python module in one of the project's environments.

The module sees the root of its repository, as `import kernels, quant, tools` wants it. No native
py_binary: that one is gone from Bazel 9, and picks its interpreter elsewhere.
"""

_ATTRS = dict(
    PYTHON_LAUNCHER_ATTRS,
    main = attr.label(
        doc = "The module, which ends with `if __name__ == \"__main__\"`.",
        allow_single_file = [".py"],
        mandatory = True,
    ),
)

def _python_tool_impl(ctx):
    return [python_launcher(ctx, ctx.file.main)]

python_tool = rule(
    doc = _DOC,
    implementation = _python_tool_impl,
    attrs = _ATTRS,
    executable = True,
)
