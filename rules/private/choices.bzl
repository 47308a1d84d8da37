"""Names that attributes accept. A test keeps them equal to what the programs accept."""

# kernels.operators.TARGET_RUNTIMES
TARGET_RUNTIMES = [
    "litert",
    "litert_builtin",
    "tflite_micro",
    "reference",
]

# quant.scheme.SCHEMES: name -> the target runtimes that run it.
SCHEMES = {
    "dynamic_range": ["litert", "litert_builtin", "tflite_micro", "reference"],
    "weight_only_int8": ["litert", "litert_builtin", "tflite_micro", "reference"],
    "float16": ["litert", "litert_builtin", "reference"],
    "int4": ["litert", "litert_builtin", "reference"],
    "full_integer": ["litert", "litert_builtin", "tflite_micro", "reference"],
    "int16x8": ["litert", "litert_builtin", "tflite_micro", "reference"],
    "float": ["litert", "litert_builtin", "tflite_micro", "reference"],
}

# The choices of quant.recipe.Recipe, the default first.
BLOCK_SIZES = [0, 32, 64, 128, 256]
CLIPPINGS = ["auto", "min_max", "mse", "percentile"]
ROUNDINGS = ["auto", "balanced", "nearest", "learned", "gptq"]
OBSERVERS = ["percentile", "min_max", "mse", "entropy"]
IO_TYPES = ["float", "int8", "uint8", "int16"]

# kernels.node.NUMERICS
NUMERICS = [
    "xnnpack",
    "reference",
]

# tools.evaluate.RUNTIMES
RUNTIMES = [
    "litert",
    "tflq",
]

# quant.images.RESIZES
RESIZES = [
    "none",
    "resize",
    "center_crop",
]

# quant.metrics.METRICS: name -> what a threshold on it may ask. "share": a number from 0 to 1;
# "labels": has a value for the float model too, so that it can drop; "higher": better so.
METRICS = {
    "agreement": ["share", "higher"],
    "cosine": ["higher"],
    "f1": ["share", "labels", "higher"],
    "map": ["share", "labels", "higher"],
    "mse": ["labels"],
    "sqnr": ["higher"],
    "top1": ["share", "labels", "higher"],
    "top5": ["share", "labels", "higher"],
}

def check_choice(label, attribute, value, choices):
    """Fails where the value of an attribute is not among the choices."""
    if value not in choices:
        fail("%s: %s = \"%s\" is unknown. Choose one of: %s." % (
            label,
            attribute,
            value,
            ", ".join(sorted(choices)),
        ))
