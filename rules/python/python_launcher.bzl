"""A launcher that starts a Python module of this project in one of its environments."""

load("//rules/private:launcher.bzl", "LAUNCHER_ATTRS", "in_runfiles", "write_launcher")
load("//rules/private:runfiles.bzl", "runfiles_path")
load(":python_environment.bzl", "PythonEnvironmentInfo")

PYTHON_LAUNCHER_ATTRS = dict(
    LAUNCHER_ATTRS,
    environment = attr.label(
        doc = "The Python environment to run in.",
        providers = [PythonEnvironmentInfo],
        mandatory = True,
    ),
    srcs = attr.label_list(
        doc = "Python sources that the program imports, from anywhere in its repository.",
        allow_files = [".py"],
    ),
    data = attr.label_list(
        doc = "Files that the program reads.",
        allow_files = True,
    ),
    kernels = attr.label(
        doc = "A folder of machine code, so that the program compiles no kernels.",
        # Tests and the programs of actions then share one action: it is slow.
        cfg = "exec",
    ),
)

# The programs that this one starts find the project's modules as well, and hash alike. Python's
# -I would forbid both, so that what else it keeps out is kept out one by one.
_ISOLATION = "unset PYTHONHOME PYTHONOPTIMIZE PYTHONSTARTUP PYTHONWARNINGS"
_OPTIONS = "-s -P -B -u"

def python_launcher(ctx, main, exports = {}, arguments = [], targets = []):
    """Writes the launcher of a rule that has PYTHON_LAUNCHER_ATTRS.

    Args:
      ctx: the rule's context.
      main: the File that holds the module to run as __main__.
      exports: environment variable -> File, whose absolute path the program finds there.
      arguments: list of File that come first on the program's command line.
      targets: list of Target that the program needs besides.

    Returns:
      DefaultInfo with the executable and its runfiles.
    """
    kernels = ctx.files.kernels
    if kernels:
        exports = dict(exports, TFLQ_KERNELS = kernels[0])
    python = ctx.attr.environment[PythonEnvironmentInfo].launcher
    root, _, path = runfiles_path(ctx, main).partition("/")
    variables = {variable: in_runfiles(ctx, file) for variable, file in exports.items()}
    variables.update(PYTHONHASHSEED = "0", PYTHONPATH = '"$runfiles/%s"' % root)
    command = ["exec", in_runfiles(ctx, python), _OPTIONS, "-m", _module(path)]
    command += [in_runfiles(ctx, file) for file in arguments]
    return write_launcher(
        ctx,
        commands = [_ISOLATION, " ".join(command + ['"$@"'])],
        exports = variables,
        files = [main] + ctx.files.srcs + exports.values() + arguments,
        targets = [ctx.attr.environment] + ctx.attr.data + targets,
    )

def _module(path):
    return path[:-len(".py")].replace("/", ".")
