"""What must hold of a blockwise quantized tensor: its blocks, and the tensors of their scales
and zero points.

Source: ``BlockwiseQuantization`` of schema.fbs; ``delegates/xnnpack/xnnpack_delegate.cc``
(CheckFp16Scale, GetXNNPackDatatype) of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from math import prod
from typing import NoReturn

import numpy as np

from kernels.blockwise import NO_TENSOR, SCALE_TYPES, Blockwise
from kernels.constant import constant
from kernels.errors import ModelError
from kernels.model import Model, Subgraph, Tensor

_CURE = "The file is damaged or its converter is wrong: fetch it or convert it again."
_ZERO_POINT_TYPES = ("INT8", "UINT8", "INT16", "INT32", "INT64", "INT4", "UINT4", "INT2")


def verify_blockwise(model: Model, subgraph: Subgraph, tensor: Tensor, where: str) -> None:
    """Raises ModelError that begins with ``where`` if the tensor is blockwise quantized and
    contradicts itself. All tensors of the subgraph are verified already."""
    said = Blockwise.of(tensor.quantization)
    if said is None:
        return
    blocks = _blocks(tensor, said, where)
    _verify_values(model, subgraph, said.scales, "scales", SCALE_TYPES, {blocks}, where)
    _verify_scales(model, subgraph.tensors[said.scales], where)
    if said.zero_points != NO_TENSOR:
        counts = {1, blocks}
        _verify_values(
            model, subgraph, said.zero_points, "zero points", _ZERO_POINT_TYPES, counts, where
        )


def _fail(where: str, problem: str) -> NoReturn:
    raise ModelError(f"{where} {problem}.", _CURE)


def _blocks(tensor: Tensor, said: Blockwise, where: str) -> int:
    """How many blocks the tensor has."""
    if said.size <= 0 or not tensor.shape or tensor.shape[-1] % said.size:
        _fail(where, f"of shape {tensor.shape} has blocks of {said.size}")
    ones = (1,) * (len(tensor.shape) - 1)
    if said.shape and said.shape != (*ones, said.size):
        _fail(where, f"of shape {tensor.shape} has blocks of {said.size} and of {said.shape}")
    return prod(tensor.shape) // said.size


def _verify_values(
    model: Model,
    subgraph: Subgraph,
    index: int,
    what: str,
    types: tuple[str, ...],
    counts: set[int],
    where: str,
) -> None:
    if not 0 <= index < len(subgraph.tensors):
        _fail(where, f"has its {what} in tensor {index}, of {len(subgraph.tensors)}")
    values = subgraph.tensors[index]
    if values.type not in types:
        _fail(where, f"has its {what} in tensor {index}, which is {values.type}")
    if prod(values.shape) not in counts:
        wanted = " or ".join(map(str, sorted(counts)))
        _fail(where, f"has {prod(values.shape)} {what} for its blocks instead of {wanted}")
    if not (len(model.buffers[values.buffer]) or values.external_buffer):
        _fail(where, f"has its {what} in tensor {index}, which has no value in the file")


def _verify_scales(model: Model, scales: Tensor, where: str) -> None:
    values = None if scales.external_buffer else constant(model, scales)
    if values is None:
        return
    wrong = ~(np.isfinite(values) & (values > 0)).reshape(-1)
    if wrong.any():
        block = int(wrong.argmax())
        _fail(where, f"has the scale {values.reshape(-1)[block]} in block {block}")
