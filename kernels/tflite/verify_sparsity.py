"""What must hold of a sparse constant: its traversal, its blocks, the indices of its dimensions.

Source: ``core/tools/verifier.cc`` (VerifySparseTensor) of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from kernels.constant import stored_bytes
from kernels.errors import ModelError
from kernels.model import Table, Tensor
from kernels.tflite.schema import ENUMS, with_defaults

_CURE = "The file is damaged or its converter is wrong: fetch it or convert it again."
_DENSE = ENUMS["DimensionType"]["DENSE"]


def verify_sparsity(tensor: Tensor, sparsity: Table, stored: int, where: str) -> None:
    """Raises ModelError that begins with ``where`` unless ``stored`` bytes are the values that
    ``sparsity`` lays out in the tensor's shape."""
    given = with_defaults(sparsity, sparsity.name)
    order, blocks = (
        np.asarray(values).tolist() for values in (given.traversal_order, given.block_map)
    )
    sizes = _level_sizes(tensor, order, blocks, given.dim_metadata, where)
    values = 1
    for level, (size, dimension) in enumerate(zip(sizes, given.dim_metadata, strict=True)):
        values = _next_values(values, size, dimension, f"{where} at level {level} of its sparsity")
    wanted = stored_bytes(tensor.type, (values,))
    if stored != wanted:
        _fail(where, f"has {stored} bytes of sparse values instead of {wanted}")


def _fail(where: str, problem: str) -> NoReturn:
    raise ModelError(f"{where} {problem}.", _CURE)


def _level_sizes(
    tensor: Tensor,
    order: list[int],
    blocks: list[int],
    dimensions: tuple[Table, ...],
    where: str,
) -> list[int]:
    """The dense size of each level, in the order of traversal."""
    rank = len(tensor.shape)
    levels = rank + len(blocks)
    if sorted(order) != list(range(levels)) or sorted(order[:rank]) != list(range(rank)):
        _fail(where, f"of rank {rank} with {len(blocks)} blocks is traversed in the order {order}")
    if len(dimensions) != levels or len({*blocks}) != len(blocks):
        _fail(where, f"has the block map {blocks} and {len(dimensions)} levels of sparsity")
    if any(not 0 <= axis < rank for axis in blocks):
        _fail(where, f"of rank {rank} has the block map {blocks}")
    block_sizes = [
        _dense_size(dimensions[order.index(rank + i)], where) for i in range(len(blocks))
    ]
    outer = list(tensor.shape)
    for axis, size in zip(blocks, block_sizes, strict=True):
        if outer[axis] % size:
            _fail(where, f"has blocks of {size} on dimension {axis} of {outer[axis]}")
        outer[axis] //= size
    sizes = [*outer, *block_sizes]
    return [sizes[axis] for axis in order]


def _dense_size(dimension: Table, where: str) -> int:
    size = int(dimension.fields.get("dense_size", 0))
    if dimension.fields.get("format", _DENSE) != _DENSE or size < 1:
        _fail(where, f"has a block of size {size}, or one that is not dense")
    return size


def _next_values(values: int, size: int, dimension: Table, where: str) -> int:
    """How many values there are below a level that ``values`` of the one above lead to."""
    given = with_defaults(dimension, dimension.name)
    if given.format == _DENSE:
        if given.dense_size != size:
            _fail(where, f"has dense_size {given.dense_size} instead of {size}")
        return values * size
    segments, indices = (_numbers(t) for t in (given.array_segments, given.array_indices))
    ends_meet = len(segments) == values + 1 and segments[0] == 0 and segments[-1] == len(indices)
    if not ends_meet or (np.diff(segments) < 0).any():
        _fail(where, f"has {len(segments)} segments for {values} rows and {len(indices)} indices")
    if len(indices) and not 0 <= indices.min() <= indices.max() < size:
        _fail(where, f"has indices outside of its {size} elements")
    starts = segments[1:-1]
    rising = np.diff(indices) > 0
    inner = np.ones(len(rising), bool)
    inner[starts[(starts > 0) & (starts < len(indices))] - 1] = False
    if not rising[inner].all():
        _fail(where, "has indices that do not ascend within a segment")
    return len(indices)


def _numbers(table: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    values = () if table is None else table.fields.get("values", ())
    return np.asarray(values, np.int64)
