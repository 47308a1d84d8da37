"""Thresholds of a test: what its attributes ask of which metric."""

load(":choices.bzl", "METRICS", "check_choice")
load(":decimal.bzl", "check_decimal", "exceeds_one")

# kind -> what a metric must be able to, and what is said where it is not.
_KINDS = {
    "min_value": ("higher", "is better lower. Set max_value or max_drop instead"),
    "max_value": ("lower", "is better higher. Set min_value or max_drop instead"),
    "max_drop": ("labels", "has no float value. Set min_value instead"),
}

THRESHOLD_ATTRS = {
    "metric": attr.string(
        doc = "What min_value, max_value and max_drop ask about: %s." % ", ".join(METRICS),
        default = "top1",
    ),
    "min_value": attr.string(
        doc = "The metric must be at least this, as \"0.90\".",
    ),
    "max_value": attr.string(
        doc = "The metric must be at most this; for those that are better lower.",
    ),
    "max_drop": attr.string(
        doc = "The metric may be this much worse than the float model's, as \"0.005\".",
    ),
    "min_values": attr.string_dict(
        doc = "min_value for several metrics at once: {\"top1\": \"0.90\", \"f1\": \"0.88\"}.",
    ),
    "max_values": attr.string_dict(
        doc = "max_value for several metrics at once.",
    ),
    "max_drops": attr.string_dict(
        doc = "max_drop for several metrics at once.",
    ),
}

def thresholds_of(ctx):
    """Returns the thresholds of a rule with THRESHOLD_ATTRS: list of struct(kind, metric, value)."""
    check_choice(ctx.label, "metric", ctx.attr.metric, METRICS)
    found = []
    for kind in _KINDS:
        value = getattr(ctx.attr, kind)
        if value:
            found.append(_threshold(ctx.label, kind, kind, ctx.attr.metric, value))
        for metric, value in getattr(ctx.attr, kind + "s").items():
            check_choice(ctx.label, kind + "s", metric, METRICS)
            attribute = "%ss[\"%s\"]" % (kind, metric)
            found.append(_threshold(ctx.label, attribute, kind, metric, value))
    if not found:
        fail("%s: neither min_value nor max_drop is set. Set at least one, as \"0.90\"." % ctx.label)
    return found

def _threshold(label, attribute, kind, metric, value):
    trait, objection = _KINDS[kind]
    traits = METRICS[metric] + ([] if "higher" in METRICS[metric] else ["lower"])
    check_decimal(label, attribute, value, signed = "share" not in traits and kind != "max_drop")
    if trait not in traits:
        fail("%s: %s is set, but metric = \"%s\" %s." % (label, attribute, metric, objection))
    if "share" in traits and exceeds_one(value):
        fail("%s: %s = \"%s\", but %s is a share from 0 to 1. Write 90 %% as \"0.90\"." % (
            label,
            attribute,
            value,
            metric,
        ))
    return struct(kind = kind, metric = metric, value = value)
