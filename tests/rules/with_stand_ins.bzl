"""Builds targets with the stand-ins in place of the project's programs, as a user replaces them."""

_TOOLCHAINS = [
    "//tests/rules:stand_in_toolchain",
    "//tests/rules:stand_in_converter_toolchain",
]

def _register_impl(_settings, _attr):
    return {"//command_line_option:extra_toolchains": _TOOLCHAINS}

_register = transition(
    implementation = _register_impl,
    inputs = [],
    outputs = ["//command_line_option:extra_toolchains"],
)

_ATTRS = {
    "targets": attr.label_list(
        doc = "What to build.",
        cfg = _register,
        mandatory = True,
    ),
    "output_group": attr.string(
        doc = "Which files of theirs; by default the default ones, with what they need to run.",
    ),
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

def _files(target, group):
    return getattr(target[OutputGroupInfo], group) if group else target[DefaultInfo].files

def _with_stand_ins_impl(ctx):
    runfiles = ctx.runfiles()
    if not ctx.attr.output_group:
        for target in ctx.attr.targets:
            runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return [DefaultInfo(
        files = depset(transitive = [
            _files(target, ctx.attr.output_group)
            for target in ctx.attr.targets
        ]),
        runfiles = runfiles,
    )]

with_stand_ins = rule(
    doc = "The files of targets that are built with the stand-in toolchain.",
    implementation = _with_stand_ins_impl,
    attrs = _ATTRS,
)
