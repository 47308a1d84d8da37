"""Repository rule: a virtual environment with exactly the packages of a lock file."""

_DOC = """Installs a hash-pinned requirements file into a virtual environment.

The interpreter is the first of python3, python3.13, 3.12 and 3.11 on PATH that fits, or the one
that the environment variable TFLQ_PYTHON names. Packages come from wherever pip is configured to
look; the hashes say that they are the right ones.
"""

_ATTRS = {
    "requirements": attr.label(
        doc = "Lock file with a hash for every package.",
        allow_single_file = True,
        mandatory = True,
    ),
    "_describe": attr.label(
        default = "//rules/python:describe_python.py",
        allow_single_file = True,
    ),
    "_launcher": attr.label(
        default = "//rules/python:python.sh",
        allow_single_file = True,
    ),
}

_OLDEST = [3, 11]
_NEWEST = [3, 13]
_CANDIDATES = ["python3", "python3.13", "python3.12", "python3.11"]
_INSTALL_SECONDS = 1800

_BUILD = """load("{rule}", "python_environment")

package(default_visibility = ["//visibility:public"])

exports_files([
    "python.sh",
    "python.stamp",
])

python_environment(
    name = "python",
    launcher = "python.sh",
    stamp = "python.stamp",
)
"""

def _execute(rctx, arguments):
    return rctx.execute(arguments, timeout = _INSTALL_SECONDS, environment = {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": "",
    })

def _run(rctx, step, arguments):
    rctx.report_progress(step)
    result = _execute(rctx, arguments)
    if result.return_code != 0:
        fail("%s: %s failed (exit code %d).\n%s\n%s" % (
            rctx.name,
            step,
            result.return_code,
            result.stdout,
            result.stderr,
        ))
    return result.stdout

def _describe(rctx, python):
    """Returns what describe_python.py says of an interpreter, None if it does not run."""
    result = _execute(rctx, [python, "-I", rctx.path(rctx.attr._describe)])
    return json.decode(result.stdout) if result.return_code == 0 else None

def _find_interpreter(rctx):
    chosen = rctx.os.environ.get("TFLQ_PYTHON", "")
    seen = []
    for candidate in [chosen] if chosen else _CANDIDATES:
        path = candidate if "/" in candidate else rctx.which(candidate)
        found = _describe(rctx, path) if path else None
        if found and _OLDEST <= found["minor"] and found["minor"] <= _NEWEST:
            return found
        if found:
            seen.append("%s is %s" % (path, found["version"]))
    fail("%s: no Python 3.11 to 3.13 (%s). Install one, or set TFLQ_PYTHON to its path." % (
        rctx.name,
        ", ".join(seen) or "looked for " + (chosen or ", ".join(_CANDIDATES)),
    ))

def _python_venv_impl(rctx):
    requirements = rctx.path(rctx.attr.requirements)
    base = _find_interpreter(rctx)
    if not base["pip"]:
        fail("%s: %s has no pip. Install it (Debian: apt-get install python3-pip)." % (
            rctx.name,
            base["executable"],
        ))
    python = str(rctx.path("venv/bin/python"))
    _run(rctx, "creating the environment", [
        base["executable"],
        "-I",
        "-m",
        "venv",
        "--without-pip",
        "--symlinks",
        "venv",
    ])
    _run(rctx, "installing %s" % rctx.attr.requirements.name, [
        base["executable"],
        "-I",
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--no-compile",
        "--requirement",
        requirements,
    ])

    # unchecked-hash: the same bytes everywhere, and never written again from inside a sandbox.
    # The exit code says only that some package ships templates that are no Python.
    rctx.report_progress("compiling bytecode")
    _execute(rctx, [
        python,
        "-I",
        "-m",
        "compileall",
        "-qq",
        "-j0",
        "--invalidation-mode=unchecked-hash",
        rctx.path("venv/lib"),
    ])
    installed = _describe(rctx, python)
    stamp = ["python " + installed["version"], installed["platform"]] + installed["packages"]
    rctx.file("python.stamp", "\n".join(stamp) + "\n")
    rctx.template(
        "python.sh",
        rctx.attr._launcher,
        {"{environment}": rctx.attr.requirements.name.rpartition("/")[2].partition(".")[0]},
        executable = True,
    )
    rctx.file("BUILD", _BUILD.format(rule = _absolute(Label("//rules/python:python_environment.bzl"))))

def _absolute(label):
    """Returns a label's text, valid in every repository (Bazel 4 prints //x:y for the main one)."""
    text = str(label)
    return "@" + text if text.startswith("//") else text

python_venv = repository_rule(
    doc = _DOC,
    implementation = _python_venv_impl,
    attrs = _ATTRS,
    environ = ["TFLQ_PYTHON"],
)
