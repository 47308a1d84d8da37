"""Several tensors made one as instructions: CONCATENATION, PACK, SELECT; and ONE_HOT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from kernels.activation import NONE
from kernels.affine import require_one_quantization
from kernels.axes import resolve_axis
from kernels.element_types import present_inputs
from kernels.flat.broadcast import lowered_binary
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.nests import GRAIN, PIECE
from kernels.flat.strided import copy, dense, strided
from kernels.flat.value import Source, Value, new_value, reshaped
from kernels.node import Array, Node

_LAST = -1


def _into(
    whole: Value, parts: Sequence[Source], place_of: Callable[[int, Array], Array]
) -> Lowered | None:
    """Parts copied to their places in the whole."""
    made: list[Instruction] = []
    for number, part in enumerate(parts):
        place = strided(whole, partial(place_of, number))
        if place is None or place.shape != part.shape:
            return None
        instructions = copy(dense(part), place)
        if instructions is None:
            return None
        made += instructions
    return Lowered((whole,), tuple(made))


def _all_of_one_type(inputs: Sequence[Source | None]) -> list[Source] | None:
    """Inputs that are all there, not all of them constant."""
    parts = [part for part in inputs if part is not None]
    if len(parts) < len(inputs) or not any(isinstance(part, Value) for part in parts):
        return None
    return parts if all(part.dtype == parts[0].dtype for part in parts) else None


def concatenation(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """CONCATENATION of tensors that mean the same by their integers."""
    parts = _all_of_one_type(inputs)
    if parts is None or node.options.fused_activation_function != NONE:
        return None
    require_one_quantization((*present_inputs(node), *node.outputs))
    axis = resolve_axis(node.options.axis, len(parts[0].shape))
    sizes = [part.shape[axis] for part in parts]
    shape = tuple(sum(sizes) if i == axis else size for i, size in enumerate(parts[0].shape))
    node.limits.check_size(shape, parts[0].dtype.itemsize)
    ends = np.cumsum([0, *sizes])

    def place_of(number: int, whole: Array) -> Array:
        along = slice(ends[number], ends[number + 1])
        return whole[(*[slice(None)] * axis, along)]

    return _into(new_value(shape, parts[0].dtype), parts, place_of)


def pack(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """PACK."""
    parts = _all_of_one_type(inputs)
    if parts is None:
        return None
    axis = resolve_axis(node.options.axis, len(parts[0].shape) + 1)
    shape = (*parts[0].shape[:axis], len(parts), *parts[0].shape[axis:])
    node.limits.check_size(shape, parts[0].dtype.itemsize)
    whole = new_value(shape, parts[0].dtype)
    return _into(whole, parts, lambda number, a: np.moveaxis(a, axis, 0)[number, ...])


def select(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SELECT: a vector of conditions chooses whole rows."""
    condition, x, y = inputs
    rank = 0 if x is None else len(x.shape)
    if condition is not None and len(condition.shape) == 1 < rank:
        condition = reshaped(condition, (*condition.shape, *[1] * (rank - 1)))
    return _selected(node, [condition, x, y])


def select_v2(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SELECT_V2: all three broadcast."""
    return _selected(node, inputs)


def one_hot(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """ONE_HOT of so many places as are known: the indices compared with all of them."""
    indices, depth, on, off = inputs
    if not isinstance(indices, Value) or not isinstance(depth, np.ndarray):
        return None
    rank = len(indices.shape) + 1
    axis = node.options.axis
    at = rank - 1 if axis == _LAST else resolve_axis(axis, rank)
    count = max(0, int(depth.item()))
    node.limits.check_size((count, *indices.shape), indices.dtype.itemsize)
    places = np.arange(count, dtype=indices.dtype)
    along = places.reshape([places.size if i == at else 1 for i in range(rank)])
    apart = indices.reshaped((*indices.shape[:at], 1, *indices.shape[at:]))
    kernel = f"comparison.equal_{indices.dtype.name}"
    if indices.dtype not in (np.int32, np.int64):
        return None
    same = lowered_binary(kernel, apart, along, np.dtype(np.bool_))
    chosen = None if same is None else _selected(node, [same.outputs[0], on, off])
    if same is None or chosen is None:
        return None
    return Lowered(chosen.outputs, (*same.instructions, *chosen.instructions))


def _selected(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    condition, x, y = inputs
    if condition is None or x is None or y is None or condition.dtype != np.bool_:
        return None
    if x.dtype != y.dtype or not any(isinstance(given, Value) for given in (condition, x, y)):
        return None
    shape = np.broadcast_shapes(condition.shape, x.shape, y.shape)
    node.limits.check_size(shape, x.dtype.itemsize)
    made: tuple[Instruction, ...] = ()
    spread: list[Source] = []
    for given in (condition, x, y):
        lowered = _spread(given, shape)
        if lowered is None:
            return None
        spread, made = [*spread, lowered[0]], (*made, *lowered[1])
    z = new_value(shape, x.dtype)
    chunks = -(-z.count // PIECE)
    chosen = Instruction(
        f"selection.of_{x.dtype.itemsize * 8}", (*spread, z, z.count), chunks, GRAIN // PIECE
    )
    return Lowered((z,), (*made, chosen))


def _spread(
    source: Source, shape: tuple[int, ...]
) -> tuple[Source, tuple[Instruction, ...]] | None:
    """The source in a shape to which it broadcasts, after these instructions."""
    if source.shape == shape:
        return source, ()
    view = strided(source, lambda a: np.broadcast_to(a, shape))
    y = new_value(shape, source.dtype)
    made = None if view is None else copy(view, dense(y))
    return None if made is None else (y, made)
