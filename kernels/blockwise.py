"""Blockwise quantization: a scale for every block of values along the last dimension.

A file stores the scales as a tensor, FLOAT16 or FLOAT32, of the same subgraph; the table
BlockwiseQuantization of the quantized tensor has its index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kernels.constant import constant
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.model import Blocks, Model, Quantization, Subgraph, Table, Tensor
from kernels.tflite.schema import with_defaults

TABLE = "BlockwiseQuantization"
"""The schema's name of the scheme."""
SCALE_TYPES = ("FLOAT16", "FLOAT32")
"""LiteRT's own kernels and XNNPACK read FLOAT16, its GPU delegate FLOAT32."""
NO_TENSOR = -1


@dataclass(frozen=True)
class Blockwise:
    """What the table says: ``scales`` and ``zero_points`` index tensors of the subgraph;
    ``shape`` is that of a block, empty or ones and ``size``."""

    scales: int
    size: int
    zero_points: int = NO_TENSOR
    shape: tuple[int, ...] = ()

    @classmethod
    def of(cls, quantization: Quantization | None) -> Blockwise | None:
        """None unless the quantization is blockwise.

        Writers that know no zero points leave the field out, which reads as tensor 0: so 0,
        too, stands for none.
        """
        if quantization is None or quantization.details is None:
            return None
        if quantization.details.name != TABLE:
            return None
        given = with_defaults(quantization.details, TABLE)
        return cls(
            given.scales, given.block_size, given.zero_points or NO_TENSOR, tuple(given.block_shape)
        )

    def table(self) -> Table:
        """The table that says it."""
        return Table(
            TABLE,
            {"scales": self.scales, "zero_points": self.zero_points, "block_size": self.size},
        )


def scale_shape(shape: Sequence[int], size: int) -> tuple[int, ...]:
    """The shape of the scales of a tensor; ``size`` divides its last dimension."""
    return (*shape[:-1], shape[-1] // size)


def with_blocks(model: Model) -> Model:
    """The model with ``Quantization.blocks`` of every blockwise tensor.

    Raises ModelError if the scales are in another file, and UnsupportedOperatorError for zero
    points that are not 0, which LiteRT's kernels do not read.
    """
    if not any(map(_is_blockwise, model.subgraphs)):
        return model
    subgraphs = tuple(
        replace(s, tensors=tuple(_resolved(model, s, tensor) for tensor in s.tensors))
        for s in model.subgraphs
    )
    return replace(model, subgraphs=subgraphs)


def _is_blockwise(subgraph: Subgraph) -> bool:
    return any(Blockwise.of(tensor.quantization) for tensor in subgraph.tensors)


def _resolved(model: Model, subgraph: Subgraph, tensor: Tensor) -> Tensor:
    quantization, said = tensor.quantization, Blockwise.of(tensor.quantization)
    if quantization is None or said is None:
        return tensor
    _require_symmetric(model, subgraph, tensor, said)
    scale = constant(model, subgraph.tensors[said.scales])
    if scale is None:
        raise ModelError(
            f"The scales of tensor '{tensor.name}' are not constant.",
            "The file is damaged or its converter is wrong: fetch it or convert it again.",
        )
    scale = np.asarray(scale, np.float32).reshape(scale_shape(tensor.shape, said.size))
    return replace(tensor, quantization=replace(quantization, blocks=Blocks(said.size, scale)))


def _require_symmetric(model: Model, subgraph: Subgraph, tensor: Tensor, said: Blockwise) -> None:
    if said.zero_points == NO_TENSOR:
        return
    zero_points = constant(model, subgraph.tensors[said.zero_points])
    if zero_points is None or np.any(zero_points):
        raise UnsupportedOperatorError(
            f"Tensor '{tensor.name}' has zero points for its blocks.",
            "LiteRT's kernels take them for 0: quantize symmetrically.",
        )
