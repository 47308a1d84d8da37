"""Affine quantization where integers are moved or compared but not computed with."""

from __future__ import annotations

from collections.abc import Iterable

from kernels.errors import UnsupportedOperatorError
from kernels.model import Quantization, Tensor
from kernels.node import Operand


def stored_zero(tensor: Tensor) -> int:
    """The integer that stands for 0.0: the zero point if per-tensor quantized, else 0."""
    quantization = tensor.quantization
    if quantization is None or len(quantization.zero_point) != 1:
        return 0
    return int(quantization.zero_point[0])


def has_one_quantization(operands: Iterable[Operand]) -> bool:
    """Whether the operands mean the same by their integers."""
    return len({_parameters(operand.tensor.quantization) for operand in operands}) <= 1


def require_one_quantization(operands: Iterable[Operand]) -> None:
    """Raises UnsupportedOperatorError unless the operands mean the same by their integers."""
    if not has_one_quantization(operands):
        raise UnsupportedOperatorError(
            "It takes tensors of different quantization.",
            "Run the float model, or a model quantized with dynamic_range.",
        )


def _parameters(quantization: Quantization | None) -> tuple[tuple[float, ...], tuple[int, ...]]:
    if quantization is None:
        return (), ()
    return tuple(quantization.scale.tolist()), tuple(quantization.zero_point.tolist())
