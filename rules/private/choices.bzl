"""Names that attributes accept. A test keeps them equal to what the programs accept."""

# kernels.operators.TARGET_RUNTIMES
TARGET_RUNTIMES = [
    "litert",
    "litert_builtin",
    "tflite_micro",
    "reference",
]

# kernels.node.NUMERICS
NUMERICS = [
    "xnnpack",
    "reference",
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
