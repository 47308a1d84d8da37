"""Which element types a kernel takes, checked once, when a model is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from kernels.constant import DTYPES
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.model import Tensor
from kernels.node import Node, Operand, Prepare, Run

FLOAT = ("FLOAT32",)
NUMBERS = ("FLOAT32", "INT32", "INT64")
"""What most of TFLite's arithmetic takes besides quantized integers."""
QUANTIZED = ("INT8", "UINT8", "INT16")
"""What activations are quantized to."""
BYTES = ("INT8", "UINT8")
SIGNED = ("INT8", "INT16")


PACKED: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"INT4": (-8, 7), "UINT4": (0, 15), "INT2": (-2, 1)}
)
"""Integers of which several share a byte in a file: the smallest and the largest."""


def integer_limits(element_type: str) -> tuple[int, int]:
    """The smallest and the largest integer of an integer type."""
    if element_type in PACKED:
        return PACKED[element_type]
    limits = np.iinfo(DTYPES[element_type])
    return int(limits.min), int(limits.max)


def is_quantized(node: Node) -> bool:
    """Whether the first operand holds integers of a type that activations are quantized to."""
    return node.operand(0).tensor.type in QUANTIZED


def has_scale(tensor: Tensor) -> bool:
    """Whether its integers stand for real numbers."""
    return tensor.quantization is not None and len(tensor.quantization.scale) > 0


def or_quantized(kernel: Prepare, quantized: Prepare, plain: tuple[str, ...] = ()) -> Prepare:
    """``quantized`` for operators whose first operand is quantized, ``kernel`` for others.

    Integers of the ``plain`` types are numbers like others where they have no scale.
    """

    def prepare(node: Node) -> Run:
        tensor = node.operand(0).tensor
        is_plain = tensor.type in plain and not has_scale(tensor)
        return quantized(node) if is_quantized(node) and not is_plain else kernel(node)

    return prepare


def present_inputs(node: Node) -> tuple[Operand, ...]:
    """The operands that are there, in order."""
    return tuple(operand for operand in node.inputs if operand is not None)


def require_type(node: Node, types: tuple[str, ...], position: int = 0) -> str:
    """The type of input ``position``, which must be one of ``types``.

    Raises UnsupportedOperatorError naming the tensor and the types that the kernel takes.
    """
    tensor = node.operand(position).tensor
    if tensor.type not in types:
        raise UnsupportedOperatorError(
            f"It takes {', '.join(types)} but tensor '{tensor.name}' is {tensor.type}.",
            "Run the float model, or a model quantized with dynamic_range.",
        )
    return tensor.type


def require_one_type(node: Node, types: tuple[str, ...]) -> str:
    """The type that all inputs share, which must be one of ``types``.

    Raises UnsupportedOperatorError for another type, ModelError for a mixture.
    """
    element_type = require_type(node, types)
    for operand in present_inputs(node):
        if operand.tensor.type != element_type:
            raise ModelError(
                f"It mixes {element_type} with "
                f"{operand.tensor.type} (tensor '{operand.tensor.name}').",
                "The file may be damaged: convert the model again.",
            )
    return element_type
