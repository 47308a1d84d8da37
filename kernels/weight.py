"""The weights of an operator: which arithmetic they ask for, their scales, packing them once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np

from kernels import activation_quantization
from kernels.activation_quantization import QuantizedRows
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.float_matmul import lane_matmul
from kernels.integer_matmul import integer_matmul
from kernels.model import Blocks, Tensor
from kernels.node import Array, Node, Operand

Packed = TypeVar("Packed")

MATRIX_RANK = 2


def is_hybrid(
    node: Node, weights: tuple[int, ...], activation: int = 0, integers: tuple[str, ...] = ("INT8",)
) -> bool:
    """Whether the operator computes with integer weights and float activations.

    ``weights`` and ``activation`` are operand numbers; absent weights do not count. Raises
    UnsupportedOperatorError unless the activation is FLOAT32 and the weights are all FLOAT32
    or all of one of the types ``integers``.
    """
    types = {operand.tensor.type for operand in map(node.optional, weights) if operand}
    given = node.operand(activation).tensor.type
    if given == "FLOAT32" and len(types) == 1:
        if types == {"FLOAT32"}:
            return False
        if types <= set(integers):
            return True
    raise UnsupportedOperatorError(
        f"It has {given} "
        f"activations and {', '.join(sorted(types))} weights; its kernel takes FLOAT32 "
        f"activations, and weights that are all FLOAT32 or all {' or all '.join(integers)}.",
        "Quantize the float model with scheme dynamic_range, which keeps activations float.",
    )


def weight_scale(tensor: Tensor) -> Array:
    """The scale of a quantized weight: (1,) per-tensor or (channels,) per-channel, float32.

    Raises ModelError if the tensor has no scale or a zero point, which no hybrid kernel reads,
    and UnsupportedOperatorError if it has its scales in blocks.
    """
    quantization = tensor.quantization
    require_no_blocks(tensor)
    if quantization is None or not len(quantization.scale) or np.any(quantization.zero_point):
        raise ModelError(
            f"The {tensor.type} weight '{tensor.name}' has "
            + ("no scale." if quantization is None else "no scale, or a zero point that is not 0."),
            "Weights of hybrid operators are symmetric: quantize the float model again.",
        )
    return np.asarray(quantization.scale, dtype=np.float32)


def blocks_of(tensor: Tensor) -> Blocks | None:
    """The blocks of a blockwise quantized tensor, None for any other."""
    return None if tensor.quantization is None else tensor.quantization.blocks


def require_no_blocks(tensor: Tensor) -> None:
    """Raises UnsupportedOperatorError for a blockwise quantized tensor."""
    if blocks_of(tensor) is not None:
        raise UnsupportedOperatorError(
            f"Its tensor '{tensor.name}' has a scale for every block, which LiteRT reads in "
            "FULLY_CONNECTED and EMBEDDING_LOOKUP only.",
            "Quantize it per channel.",
        )


def packed(operand: Operand | None, pack: Callable[[Array], Packed]) -> Callable[[Any], Packed]:
    """A function that packs the operand's value: at its first call if it is constant, else at each.

    An operator that is lowered never packs for its plain kernel.
    """
    if operand is None or operand.constant is None:
        return pack
    value = operand.constant
    once = cache(lambda: pack(value))
    return lambda _: once()


@dataclass(frozen=True)
class WeightMatrix:
    """values: (k, n) float32; scale: (1,) or (n,) float32, 1 if the values are no integers."""

    values: Array
    scale: Array

    @property
    def depth(self) -> int:
        """k."""
        return int(self.values.shape[0])


def require_matrix(tensor: Tensor) -> None:
    """Raises ModelError unless the weight has two dimensions."""
    if len(tensor.shape) != MATRIX_RANK:
        raise ModelError(
            f"The weight '{tensor.name}' has shape {tensor.shape}.",
            "A weight matrix has two dimensions; the file may be damaged.",
        )


def weight_matrix(operand: Operand) -> Callable[[Any], WeightMatrix]:
    """How to get the matrix of a weight stored as (n, k): ``packed`` with WeightMatrix.

    UINT8 weights are the bytes of INT8 ones, as in TFLite.
    """
    require_matrix(operand.tensor)
    is_float = operand.tensor.type == "FLOAT32"
    scale = np.ones(1, np.float32) if is_float else weight_scale(operand.tensor)

    def pack(value: Array) -> WeightMatrix:
        signed = value.view(np.int8) if value.dtype == np.uint8 else value
        return WeightMatrix(np.ascontiguousarray(signed.T, np.float32), scale)

    return packed(operand, pack)


def float_weight(operand: Operand) -> Callable[[Any], Array]:
    """How to get a weight as float32: ``packed`` with its value times its one scale."""
    if operand.tensor.type == "FLOAT32":
        return packed(operand, lambda value: value)
    scale = weight_scale(operand.tensor)
    return packed(operand, lambda value: value * scale)


def activation_rows(
    hybrid: bool, asymmetric_inputs: bool
) -> Callable[[Array], Array | QuantizedRows]:
    """What makes activations the rows that ``accumulate`` takes: TFLite's quantizer, or nothing."""
    return activation_quantization.tflite(asymmetric_inputs) if hybrid else lambda rows: rows


def accumulate(start: Array | float, rows: Array | QuantizedRows, weight: WeightMatrix) -> Array:
    """``start`` plus rows (m, k) times weight (k, n): (m, n) float32.

    Equals TFLite's MatrixBatchVectorMultiplyAccumulate; hybrid, that is
    ``start + accumulator * (activation scale * weight scale)``.
    """
    if isinstance(rows, QuantizedRows):
        accumulator = integer_matmul(rows.values, weight.values)
        hybrid: Array = start + accumulator * (rows.scale * weight.scale)
        return hybrid
    return lane_matmul(rows, weight.values, start)
