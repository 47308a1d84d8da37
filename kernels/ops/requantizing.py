"""QUANTIZE from integers to integers: other steps for the same real numbers.

Source: ``tflite/kernels/quantize.cc`` and ``Requantize`` in
``kernels/internal/reference/requantize.h`` of google-ai-edge/LiteRT; ``src/qs8-vcvt`` of
google/XNNPACK. The optimized kernel is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from kernels import xnnpack_integers
from kernels.errors import UnsupportedOperatorError
from kernels.node import REFERENCE, Array, Node, Run
from kernels.per_tensor import PerTensor
from kernels.requantization import (
    VECTOR_ELEMENTS,
    Multiplier,
    in_whole_vectors,
    multiply_by_quantized_multiplier,
    multiply_in_vectors,
)

OUTPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "INT8": ("INT8", "UINT8", "INT16"),
        "UINT8": ("INT8", "UINT8", "INT16"),
        "INT16": ("INT8", "INT16", "INT32"),
        "INT32": ("INT8", "INT16"),
    }
)
"""Type of the input -> types of output that TFLite's kernel has for it."""

_BYTES = ("INT8", "UINT8")


def prepare(node: Node) -> Run:
    """Returns the kernel. Raises UnsupportedOperatorError for types that it does not take."""
    of, to = node.operand(0).tensor, node.outputs[0].tensor
    if to.type not in OUTPUTS[of.type]:
        raise UnsupportedOperatorError(
            f"It makes {to.type} of {of.type}.",
            f"Of {of.type} it makes {' or '.join(OUTPUTS[of.type])}.",
        )
    x, out = PerTensor.of(of, (of.type,)), PerTensor.of(to, (to.type,))
    rescale = _rescale(node, x, out)
    return lambda q: (out.stored(rescale(x.centred(q))),)


def _rescale(node: Node, x: PerTensor, out: PerTensor) -> Callable[[Array], Array]:
    """XNNPACK keeps the type; the optimized kernel has vectors from bytes to bytes."""
    ratio = x.scale / out.scale
    types = (node.operand(0).tensor.type, node.outputs[0].tensor.type)
    if types[0] == types[1] and xnnpack_integers.takes_conversion(node, ratio):
        factor = xnnpack_integers.conversion_multiplier(ratio)
        return lambda steps: xnnpack_integers.convert(steps, factor)
    multiplier = Multiplier.of(np.float64(x.scale) / np.float64(out.scale))
    if node.numerics == REFERENCE or not set(types) <= set(_BYTES):
        return lambda steps: multiply_by_quantized_multiplier(steps, multiplier)

    def rescale(steps: Array) -> Array:
        whole = in_whole_vectors(steps.size, VECTOR_ELEMENTS).reshape(steps.shape)
        return multiply_in_vectors(steps, multiplier, whole)

    return rescale
