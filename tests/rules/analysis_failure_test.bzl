"""A test that a target fails at analysis, with the sentence that it should."""

_DOC = "Passes where the analysis of a target fails and its message holds a text."

_allow_failures = analysis_test_transition(settings = {
    "//command_line_option:allow_analysis_failures": "True",
})

_ATTRS = {
    "target": attr.label(
        doc = "The target that cannot be analyzed.",
        cfg = _allow_failures,
        mandatory = True,
    ),
    "message": attr.string(
        doc = "What the failure must say.",
        mandatory = True,
    ),
}

def _verdict(ctx):
    """Returns what is wrong, or None."""
    target = ctx.attr.target[0]  # a transition makes a list of it
    if AnalysisFailureInfo not in target:
        return "%s is analyzed without failure." % target.label
    messages = [cause.message for cause in target[AnalysisFailureInfo].causes.to_list()]
    if [message for message in messages if ctx.attr.message in message]:
        return None
    return "No failure says '%s', but: %s" % (ctx.attr.message, "; ".join(messages))

def _analysis_failure_test_impl(ctx):
    wrong = _verdict(ctx)
    return [AnalysisTestResultInfo(success = not wrong, message = wrong or "")]

analysis_failure_test = rule(
    doc = _DOC,
    implementation = _analysis_failure_test_impl,
    attrs = _ATTRS,
    analysis_test = True,
)
