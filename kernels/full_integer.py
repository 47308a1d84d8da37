"""Full-integer arithmetic of operators with weights: integers in, accumulated, requantized.

An accumulator is the exact sum of (x - zero point) * (weight - zero point) plus the bias. The
output is it times x scale * weight scale / output scale, plus the output's zero point; how that
product is rounded depends on the runtime and on the kernel.
Sources: ``tflite/kernels/kernel_util.cc`` and ``kernels/internal/reference/integer_ops`` of
google-ai-edge/LiteRT, ``src/qs8-qc8w-gemm`` of google/XNNPACK; the optimized kernels are
measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

import numpy as np

from kernels import xnnpack_integers
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.model import Quantization, Tensor
from kernels.node import REFERENCE, Array, Node
from kernels.per_tensor import PerTensor
from kernels.requantization import (
    VECTOR_CHANNELS,
    VECTOR_ELEMENTS,
    Multiplier,
    in_whole_vectors,
    multiply_by_quantized_multiplier,
    multiply_by_quantized_multiplier_rounding_up,
    multiply_by_real,
    multiply_in_vectors,
    multiply_wide_by_quantized_multiplier,
    requantize_fp32,
)
from kernels.tflite.schema import ENUMS
from kernels.weight import require_no_blocks

WEIGHT_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"INT8": ("INT8", "INT4"), "UINT8": ("UINT8",), "INT16": ("INT8", "INT4")}
)
"""Type of the activations -> types of weights that TFLite's kernels take with them."""
_BIAS_TYPES = {"INT8": ("INT32",), "UINT8": ("INT32",), "INT16": ("INT32", "INT64")}

Rescale = Callable[[Array], Array]
"""From accumulators (..., channels) to steps of the output's scale, both int64."""


@dataclass(frozen=True)
class Scales:
    """x, output: float32; weight: (1,) or (channels,) float32. ``coarse``: TFLite multiplies
    the first two in float32 where it makes fixed point of them (it has two functions)."""

    x: np.float32
    weight: Array
    output: np.float32
    coarse: bool

    @property
    def exact(self) -> Array:
        """x * weight / output, float64."""
        exact: Array = np.float64(self.x) * self.weight.astype(np.float64) / np.float64(self.output)
        return exact

    @property
    def multiplier(self) -> Multiplier:
        """The same in fixed point."""
        if self.coarse:
            product = (self.x * self.weight).astype(np.float64)
            return Multiplier.of(product / np.float64(self.output))
        return Multiplier.of(self.exact)

    @property
    def single(self) -> Array:
        """The same as XNNPACK computes it, float32."""
        single: Array = self.x * self.weight / self.output
        return single


Rounding = Callable[[Scales], Rescale]


def away(scales: Scales) -> Rescale:
    """TFLite's reference kernels, most of them."""
    return partial(multiply_by_quantized_multiplier, multiplier=scales.multiplier)


def up(scales: Scales) -> Rescale:
    """TFLite's optimized matrix products."""
    return partial(multiply_by_quantized_multiplier_rounding_up, multiplier=scales.multiplier)


def wide(scales: Scales) -> Rescale:
    """Kernels with accumulators of 64 bits."""
    return partial(multiply_wide_by_quantized_multiplier, multiplier=scales.multiplier)


def real(scales: Scales) -> Rescale:
    """TFLite's reference FULLY_CONNECTED."""
    return partial(multiply_by_real, scale=scales.exact)


def vectors(scales: Scales) -> Rescale:
    """Optimized kernels that requantize channels in vectors."""

    def rescale(sums: Array) -> Array:
        whole = in_whole_vectors(sums.shape[-1], VECTOR_CHANNELS)
        return multiply_in_vectors(sums, scales.multiplier, whole)

    return rescale


def flat_vectors(scales: Scales) -> Rescale:
    """Optimized kernels that requantize the whole output in vectors."""

    def rescale(sums: Array) -> Array:
        whole = in_whole_vectors(sums.size, VECTOR_ELEMENTS).reshape(sums.shape)
        return multiply_in_vectors(sums, scales.multiplier, whole)

    return rescale


def fp32(scales: Scales) -> Rescale:
    """XNNPACK."""
    return partial(requantize_fp32, scale=scales.single)


@dataclass(frozen=True)
class Facts:
    """Operand numbers of an operator, and how its kernels end.

    ``axis``: the weight's channel dimension, None if it has one scale only. ``optimized`` is by
    the type of the activations. ``wide_without_bias``: with INT16 activations and no bias,
    accumulators have 64 bits. ``coarse``: fixed point with one scale is made as for UINT8.
    ``weight_zero_point``: INT8 weights may have one.
    """

    x: int
    weight: int
    bias: int | None
    axis: int | None
    reference: Rounding
    optimized: Mapping[str, Rounding]
    wide: Rounding = wide
    wide_without_bias: bool = True
    coarse: bool = False
    weight_zero_point: bool = False
    weight_types: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: WEIGHT_TYPES)


def has_integer_activations(node: Node, x: int = 0) -> bool:
    """Whether operand ``x`` is quantized: the operator is full-integer."""
    return node.operand(x).tensor.type in WEIGHT_TYPES


@dataclass(frozen=True)
class FullInteger:
    """What a prepared operator does before and after it accumulates: ``rescale`` by ``scales``."""

    x: PerTensor
    weight_zero_point: int
    out: PerTensor
    scales: Scales
    rescale: Rescale
    bounds: tuple[int, int]

    @classmethod
    def of(cls, node: Node, facts: Facts, activation: int, delegated: bool) -> FullInteger:
        """``activation``: the fused one's code; ``delegated``: XNNPACK takes the node.

        Raises UnsupportedOperatorError for types that no kernel takes together, ModelError for
        weights without a scale, or with scales or a zero point that TFLite refuses.
        """
        _require_types(node, facts)
        x, out = PerTensor.of(node.operand(facts.x).tensor), PerTensor.of(node.outputs[0].tensor)
        weight = _weight_quantization(node.operand(facts.weight).tensor, facts)
        coarse = x.dtype == np.uint8 or (facts.coarse and len(weight.scale) == 1)
        scales = Scales(x.scale, weight.scale, out.scale, coarse)
        rounding = fp32 if delegated else _rounding(node, facts)
        zero_point = int(weight.zero_point[0]) if len(weight.zero_point) else 0
        bounds = out.activation_bounds(activation)
        if delegated:
            bounds = xnnpack_integers.activation_bounds(out, activation)
        return cls(x, zero_point, out, scales, rounding(scales), bounds)

    def activations(self, x: Array) -> Array:
        """The integers without their zero point, float64: products of them are exact."""
        return x.astype(np.float64) - self.x.zero_point

    def weights(self, weights: Array) -> Array:
        """As ``activations``."""
        return weights.astype(np.float64) - self.weight_zero_point

    def outputs(self, accumulators: Array, bias: Array | None) -> Array:
        """The operator's output for accumulators (..., channels) without the bias."""
        sums = accumulators.astype(np.int64)
        return self.out.stored(self.rescale(sums if bias is None else sums + bias), self.bounds)


def _require_types(node: Node, facts: Facts) -> None:
    bias = None if facts.bias is None else node.optional(facts.bias)
    x, weight = node.operand(facts.x).tensor.type, node.operand(facts.weight).tensor.type
    given = [x, weight, "no" if bias is None else bias.tensor.type, node.outputs[0].tensor.type]
    fits = weight in facts.weight_types[x] and given[3] == x
    if not fits or (bias is not None and bias.tensor.type not in _BIAS_TYPES[x]):
        raise UnsupportedOperatorError(
            f"It has {x} activations, {weight} weights, {given[2]} bias and makes {given[3]}.",
            f"With {x} activations its kernel takes {' or '.join(facts.weight_types[x])} weights "
            f"and {' or '.join(_BIAS_TYPES[x])} biases, and makes {x}.",
        )


def _weight_quantization(tensor: Tensor, facts: Facts) -> Quantization:
    require_no_blocks(tensor)
    quantization = tensor.quantization
    if quantization is None or not len(quantization.scale):
        raise ModelError(
            f"The {tensor.type} weight '{tensor.name}' has no scale.",
            "The file may be damaged: convert the model again.",
        )
    if len(quantization.scale) > 1 and (tensor.type == "UINT8" or quantization.axis != facts.axis):
        raise ModelError(
            f"The {tensor.type} weight '{tensor.name}' has {len(quantization.scale)} scales on "
            f"axis {quantization.axis}.",
            "UINT8 weights have one scale, others may have one for each output channel.",
        )
    may_be_shifted = tensor.type == "UINT8" or facts.weight_zero_point
    if np.any(quantization.zero_point) and not may_be_shifted:
        raise ModelError(
            f"The {tensor.type} weight '{tensor.name}' has a zero point that is not 0.",
            "Its kernel takes symmetric weights: quantize the float model again.",
        )
    return quantization


def _declares_wide(node: Node) -> bool:
    """Whether the options say that a bias, which is not there, would be INT64."""
    declared = getattr(node.options, "quantized_bias_type", None)
    return bool(declared == ENUMS["TensorType"]["INT64"])


def _rounding(node: Node, facts: Facts) -> Rounding:
    """How the kernel of TFLite that runs ends."""
    x = node.operand(facts.x).tensor.type
    bias = None if facts.bias is None else node.optional(facts.bias)
    if bias is None:
        is_wide = facts.wide_without_bias or _declares_wide(node)
    else:
        is_wide = bias.tensor.type == "INT64"
    if x == "INT16" and is_wide:
        return facts.wide
    return facts.reference if node.numerics == REFERENCE else facts.optimized[x]
