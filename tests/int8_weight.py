"""An int8 weight as TFLite's converter makes it."""

from quant.weights import Encoding, store_weight


def quantize_weight(weight, axis, name):
    """Per-channel along ``axis``, per-tensor if it is None; the scale is of the largest weight."""
    return store_weight(weight, Encoding("INT8", axis), name)
