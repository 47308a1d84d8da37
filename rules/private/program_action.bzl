"""An action that runs a program of a toolchain, as a persistent worker where it can be one."""

# Bazel 7 and later ask of every action which toolchain its program is from; Bazel 4 has no such word.
_ASKED = hasattr(native, "starlark_doc_extract")

def program_action(ctx, program, args, workers, toolchain = None, **kwargs):
    """Runs a program.

    Args:
      ctx: the rule's context.
      program: FilesToRunProvider of the program.
      args: Args, the command line.
      workers: whether the program speaks Bazel's worker protocol. It finds the command line in
        a file then, one argument a line, quoted as for a shell.
      toolchain: the toolchain type that the program is from; None where it is from an attribute.
      **kwargs: of ctx.actions.run.
    """
    requirements = {}
    if workers:
        # Always a file, so that an action is the same whoever runs it.
        args.use_param_file("@%s", use_always = True)
        args.set_param_file_format("shell")
        requirements = {"supports-worker-cancellation": "1", "supports-workers": "1"}
    if _ASKED:
        kwargs = dict(kwargs, toolchain = toolchain)
    ctx.actions.run(
        executable = program,
        arguments = [args],
        execution_requirements = requirements,
        **kwargs
    )
