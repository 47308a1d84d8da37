"""The attributes that say how to quantize: the fields of a recipe, which a file can say instead."""

load(":choices.bzl", "BLOCK_SIZES", "CLIPPINGS", "IO_TYPES", "METRICS", "OBSERVERS", "ROUNDINGS", "SCHEMES", "TARGET_RUNTIMES", "check_choice")
load(":decimal.bzl", "check_decimal", "exceeds_one")
load(":samples.bzl", "READING_ATTRS", "check_reading")

UNSET = -1

_ON_BY_DEFAULT = ["equalization", "bias_correction"]

def _one_of(meaning, choices):
    return attr.string(doc = "%s: %s. Default: %s." % (meaning, ", ".join(choices), choices[0]))

RECIPE_ATTRS = {
    "scheme": _one_of("What weights and activations become", list(SCHEMES)),
    "target_runtime": _one_of("The runtime that the model is for", TARGET_RUNTIMES),
    "min_elements": attr.int(
        doc = "Weights with fewer elements become float16. Default: 1024.",
        default = UNSET,
    ),
    "min_saving": attr.string(
        doc = "A smaller weight does not, if that costs this fraction of the constants' bytes. Default: \"0.01\".",
    ),
    "keep_float": attr.string_list(
        doc = "Regular expressions of tensor names that stay float.",
    ),
    "block_size": attr.int(
        doc = "Values that share a scale in int4 weights: %s. Default: 0, a scale per channel." %
              ", ".join([str(size) for size in BLOCK_SIZES]),
        default = UNSET,
    ),
    "clipping": _one_of("The range of a weight's scale", CLIPPINGS),
    "rounding": _one_of("How weights are rounded; balanced lets errors cancel; learned and gptq need data", ROUNDINGS),
    "equalization": attr.bool(
        doc = "Evens out the channels of consecutive layers, where their scales are far apart.",
        default = True,
    ),
    "bias_correction": attr.bool(
        doc = "Takes the mean error of a layer off its bias, where there is data to measure it.",
        default = True,
    ),
    "observer": _one_of("How ranges of activations follow from data", OBSERVERS),
    "io": _one_of("Type of the inputs and outputs of an integer model", IO_TYPES),
    "accuracy_budget": attr.string(
        doc = "The drop of the metric that is allowed, as \"0.005\": the smallest model within it is searched. Needs data.",
    ),
    "metric": _one_of("The metric of the budget", ["top1"] + [name for name in METRICS if name != "top1"]),
    "metric_output": attr.string(
        doc = "The output that the metric judges, where there are several.",
    ),
    "strip_names": attr.bool(doc = "Leaves out the names of tensors within the graph."),
}

SAMPLES_ATTRS = dict(
    data = attr.label(
        doc = "Representative samples: an `.npz`, a `.tfrecord`, or images, as those of tflite_accuracy_test.",
        allow_files = True,
    ),
    limit = attr.int(
        doc = "Use the first samples only; 0: all.",
    ),
    **READING_ATTRS
)

_CHOICES = {
    "clipping": CLIPPINGS,
    "io": IO_TYPES,
    "metric": METRICS,
    "observer": OBSERVERS,
    "rounding": ROUNDINGS,
    "scheme": SCHEMES,
    "target_runtime": TARGET_RUNTIMES,
}

def check_recipe(label, attributes):
    """Fails for a value that no recipe has, and for values that contradict each other."""
    for name, choices in _CHOICES.items():
        value = getattr(attributes, name)
        if value:
            check_choice(label, name, value, choices)
    if attributes.block_size not in BLOCK_SIZES + [UNSET]:
        fail("%s: block_size = %d. Choose one of: %s." % (
            label,
            attributes.block_size,
            ", ".join([str(size) for size in BLOCK_SIZES]),
        ))
    if attributes.min_elements < UNSET:
        fail("%s: min_elements = %d is negative. Set 0 to quantize every weight." % (
            label,
            attributes.min_elements,
        ))
    if "" in attributes.keep_float:
        fail("%s: keep_float has an empty regular expression, which matches all. Remove it." % label)
    for name in ["min_saving", "accuracy_budget"]:
        _check_fraction(label, name, getattr(attributes, name))
    _check_target(label, attributes.scheme or "dynamic_range", attributes.target_runtime or "litert")
    _check_data(label, attributes)
    check_reading(label, attributes)

def _check_fraction(label, name, value):
    if not value:
        return
    check_decimal(label, name, value)
    if exceeds_one(value):
        fail("%s: %s = \"%s\" is a fraction from 0 to 1. Write half a point as \"0.005\"." % (
            label,
            name,
            value,
        ))

def _check_target(label, scheme, target):
    if target not in SCHEMES[scheme]:
        fail("%s: target runtime %s cannot run scheme %s. Choose one of: %s." % (
            label,
            target,
            scheme,
            ", ".join([name for name in SCHEMES if target in SCHEMES[name]]),
        ))

def _check_data(label, attributes):
    needing = [
        "%s = \"%s\"" % (name, getattr(attributes, name))
        for name, values in [("scheme", ["full_integer", "int16x8"]), ("rounding", ["learned", "gptq"])]
        if getattr(attributes, name) in values
    ]
    if attributes.accuracy_budget:
        needing.append("accuracy_budget = \"%s\"" % attributes.accuracy_budget)
    if needing and not attributes.data:
        fail("%s: %s needs samples. Set data." % (label, needing[0]))

def recipe_options(attributes):
    """Returns the set attributes that a recipe would replace: name -> list of option values."""
    return {
        name: values
        for name, values in [(name, _values(name, getattr(attributes, name))) for name in RECIPE_ATTRS]
        if values
    }

def _values(name, value):
    """Returns what is set, as strings; a bool that is not as by default is an option without a value."""
    if type(value) == "list":
        return value
    if type(value) == "bool":
        return [""] if value != (name in _ON_BY_DEFAULT) else []
    if type(value) == "int":
        return [str(value)] if value != UNSET else []
    return [value] if value else []

def add_recipe(args, attributes):
    """Adds the options of the set attributes to a program's arguments."""
    for name, values in recipe_options(attributes).items():
        option = ("--no-" if name in _ON_BY_DEFAULT else "--") + name.replace("_", "-")
        if values == [""]:
            args.add(option)
        else:
            args.add_all(values, format_each = option + "=%s")
