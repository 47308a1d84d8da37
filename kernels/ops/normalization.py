"""Division by a norm over channels, the last axis: L2_NORMALIZATION and
LOCAL_RESPONSE_NORMALIZATION.

Source: ``tflite/kernels/{l2norm,local_response_norm}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from kernels.activation import fused_clamp
from kernels.element_types import FLOAT, or_quantized, require_type
from kernels.float_functions import power
from kernels.float_sum import sum_in_order
from kernels.node import REFERENCE, Array, Node, Run
from kernels.ops import quantized_normalization

_SMALLEST_NORM = np.float32(1e-6)
"""TFLite's, against a division by 0."""


def _l2_normalization(node: Node) -> Run:
    """x divided by the root of the sum of its squares."""
    require_type(node, FLOAT)
    activation = fused_clamp(node.options.fused_activation_function)

    def run(x: Array) -> tuple[Array, ...]:
        norm = np.sqrt(sum_in_order(np.square(x), [x.ndim - 1]))[..., np.newaxis]
        return (activation(x / np.maximum(norm, _SMALLEST_NORM)),)

    return run


l2_normalization = or_quantized(_l2_normalization, quantized_normalization.l2_normalization)


def local_response_normalization(node: Node) -> Run:
    """x * (bias + alpha * sum of squares of the channels within ``radius``) ** -beta.

    TFLite's reference kernel leaves out the last channel of every window.
    """
    require_type(node, FLOAT)
    factor = _reference_factor if node.numerics == REFERENCE else _optimized_factor
    options = _Options.of(node.options)

    def run(x: Array) -> tuple[Array, ...]:
        return (x * factor(x, options),)

    return run


@dataclass(frozen=True)
class _Options:
    radius: int
    bias: np.float32
    alpha: np.float32
    beta: np.float32

    @classmethod
    def of(cls, options: SimpleNamespace) -> _Options:
        numbers = map(np.float32, (options.bias, options.alpha, options.beta))
        return cls(options.radius, *numbers)


def _reference_factor(x: Array, options: _Options) -> Array:
    """Sums of squares in order; the power in float64."""
    channels, squares = x.shape[-1], np.square(x)
    sums = np.zeros_like(x)
    for offset in range(-min(options.radius, channels), min(options.radius, channels + 1)):
        first, last = max(-offset, 0), channels - max(offset, 0)
        sums[..., first:last] += squares[..., first + offset : last + offset]
    base = float(options.bias) + float(options.alpha) * sums.astype(np.float64)
    return np.asarray(base ** -float(options.beta), np.float32)


def _optimized_factor(x: Array, options: _Options) -> Array:
    """A sum that goes along the channels: each square comes in once and is taken off again."""
    reach = min(options.radius, x.shape[-1])
    ends = [(0, 0)] * (x.ndim - 1)
    squares = np.pad(np.square(x) * options.alpha, [*ends, (reach, reach)])
    total = np.zeros(x.shape[:-1], np.float32)
    base = np.empty_like(x)
    for channel in range(squares.shape[-1]):
        total = total + squares[..., channel]
        if channel >= 2 * reach:
            base[..., channel - 2 * reach] = options.bias + total
            total = total - squares[..., channel - 2 * reach]
    if options.beta in (1, 0.5):
        return np.asarray(np.float32(1) / (base if options.beta == 1 else np.sqrt(base)))
    return power(base, np.asarray(-options.beta))
