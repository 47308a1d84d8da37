"""Weights and biases of operators that compute with integers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.int8 import TFLITE_MICRO
from kernels.integer import INT8, Integer
from quant.sqnr import energies, ratio_db
from quant.weights import Encoding, StoredWeight, store_in_steps

Array = NDArray[Any]

BIAS_TYPES = {INT8: "INT32", "INT16": "INT64"}
"""Type of the activations -> type of biases."""
_DTYPES = {"INT32": np.int32, "INT64": np.int64}
_LARGEST_BIAS = {"INT32": 2.0**30, "INT64": 2.0**46}
"""In steps: half of an accumulator is left for the products; TFLite multiplies 48 bits of one."""


def weight_axis(facts: Integer, shape: tuple[int, ...], target: str) -> int | None:
    """The dimension of a weight's scales; None where the target, or the shape, has one scale.

    TFLite Micro's FULLY_CONNECTED reads one scale on all but the newest of its platforms.
    """
    assert facts.weight is not None
    axis = facts.weight.axis
    one_scale = facts.per_channel is not None and target == TFLITE_MICRO
    return None if axis is None or one_scale or shape[axis] == 1 else axis


def fitted(
    stored: StoredWeight, weight: Array, bias: Array, activation_scale: float, bias_type: str
) -> StoredWeight:
    """The weight with a larger scale in the channels of which the bias would be too large for the
    accumulator: their weights are tiny beside the bias."""
    largest = np.abs(bias) if len(stored.scale) > 1 else np.max(np.abs(bias), keepdims=True)
    least = largest.astype(np.float64) / (activation_scale * _LARGEST_BIAS[bias_type])
    if np.all(least <= stored.scale):
        return stored
    step = np.maximum(stored.scale.astype(np.float64), least)
    return store_in_steps(weight, stored.encoding, step)


def store_bias(
    bias: Array, weight_scale: NDArray[np.float32], activation_scale: float, element_type: str
) -> StoredWeight:
    """The bias in steps of the activation's scale times the weight's, INT32 or INT64."""
    scale = np.float32(activation_scale) * weight_scale
    step = np.float64(activation_scale) * weight_scale.astype(np.float64)
    values = np.rint(bias.astype(np.float64) / step).astype(_DTYPES[element_type])
    sums = energies(bias, (values * step).astype(np.float32))
    encoding = Encoding(element_type, 0 if len(scale) > 1 else None)
    return StoredWeight(encoding, values, scale, ratio_db(*sums))
