"""Rule: one pytest file as a Bazel test."""

load(":python_environment.bzl", "PythonEnvironmentInfo")
load(":python_launcher.bzl", "PYTHON_LAUNCHER_ATTRS", "python_launcher")

_DOC = """Runs the tests of one file under pytest.

`--test_filter` is pytest's `-k` expression, `shard_count` deals the cases out, and test.xml names
every case.
"""

_ATTRS = dict(
    PYTHON_LAUNCHER_ATTRS,
    src = attr.label(
        doc = "The test file.",
        allow_single_file = [".py"],
        mandatory = True,
    ),
    environments = attr.label_keyed_string_dict(
        doc = "Other Python environments -> variables in which the tests find their launchers.",
        providers = [PythonEnvironmentInfo],
    ),
    _main = attr.label(
        default = "//tests:run_pytest.py",
        allow_single_file = True,
    ),
    _settings = attr.label(
        default = "//:pyproject.toml",
        allow_single_file = True,
    ),
)

def _python_test_impl(ctx):
    exports = {"PYTEST_SETTINGS": ctx.file._settings}
    for target, variable in ctx.attr.environments.items():
        exports[variable] = target[PythonEnvironmentInfo].launcher
    return [python_launcher(
        ctx,
        main = ctx.file._main,
        exports = exports,
        arguments = [ctx.file.src],
        targets = ctx.attr.environments.keys(),
    )]

python_test = rule(
    doc = _DOC,
    implementation = _python_test_impl,
    attrs = _ATTRS,
    test = True,
)
