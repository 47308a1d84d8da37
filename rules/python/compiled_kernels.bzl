"""Rule: the machine code of the project's kernels, compiled once."""

_DOC = """Compiles kernels into a folder, for `TFLQ_KERNELS`.

The machine code is for the processor of the machine that runs the action. A program on another
one finds nothing for it there and compiles what it needs in memory: slower, with the same results.
"""

_ATTRS = {
    "compiler": attr.label(
        doc = "The program: `compiler FOLDER`.",
        executable = True,
        cfg = "exec",
        mandatory = True,
    ),
}

def _compiled_kernels_impl(ctx):
    folder = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run(
        mnemonic = "TfliteCompileKernels",
        progress_message = "Compiling kernels %s" % ctx.label,
        executable = ctx.executable.compiler,
        arguments = [folder.path],
        outputs = [folder],
    )
    return [DefaultInfo(files = depset([folder]))]

compiled_kernels = rule(
    doc = _DOC,
    implementation = _compiled_kernels_impl,
    attrs = _ATTRS,
)
