"""Elements in another order or shape, or some of them, as instructions: views where they stay
side by side, copies where not.

Which elements those are the plain kernels tell, whose results are views of what they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kernels.flat.instruction import Instruction, Lower, Lowered
from kernels.flat.strided import Strided, copy, dense, strided
from kernels.flat.value import Source, Value, new_value
from kernels.node import Array, Node, Prepare
from kernels.ops import broadcasting, permuting, reshaping, slicing, strided_slice


def _view(prepare: Prepare, position: int = 0) -> Lower:
    """An operator whose results are views of input ``position``, the others being constant."""

    def lower(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
        x = inputs[position]
        others = [given for i, given in enumerate(inputs) if i != position]
        if not isinstance(x, Value) or any(isinstance(given, Value) for given in others):
            return None
        run = prepare(node)

        def view_of(number: int) -> Callable[[Array], Array]:
            def view(stand_in: Array) -> Array:
                given = [stand_in if i == position else g for i, g in enumerate(inputs)]
                return run(*given)[number]

            return view

        return side_by_side([strided(x, view_of(i)) for i in range(len(node.outputs))])

    return lower


def side_by_side(views: Sequence[Strided | None]) -> Lowered | None:
    """Views as values; None if one is none, or would be too many instructions."""
    outputs: list[Source] = []
    instructions: list[Instruction] = []
    for view in views:
        if view is None:
            return None
        if view.is_dense:
            outputs.append(view.as_source())
            continue
        y = new_value(view.shape, view.source.dtype)
        made = copy(view, dense(y))
        if made is None:
            return None
        outputs.append(y)
        instructions += made
    return Lowered(tuple(outputs), tuple(instructions))


broadcast_to = _view(broadcasting.broadcast_to)
expand_dims = _view(reshaping.expand_dims)
reshape = _view(reshaping.reshape)
reverse = _view(permuting.reverse)
slice_of = _view(slicing.slice_of)
split = _view(slicing.split, position=1)
split_by_sizes = _view(slicing.split_by_sizes)
squeeze = _view(reshaping.squeeze)
strided_slice_of = _view(strided_slice.prepare)
transpose = _view(permuting.transpose)
unpack = _view(slicing.unpack)


def _blocks(node: Node, inputs: Sequence[Source | None]) -> tuple[Value, int] | None:
    """Images and the size of blocks of pixels; None if there are none."""
    x, block = inputs[0], int(node.options.block_size)
    return (x, block) if isinstance(x, Value) and len(x.shape) == 4 and block > 0 else None


def space_to_depth(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SPACE_TO_DEPTH: the pixels of a block become its channels."""
    given = _blocks(node, inputs)
    if given is None:
        return None
    x, block = given
    n, height, width, channels = x.shape
    if height % block or width % block:
        return None
    tiles = x.reshaped((n, height // block, block, width // block, block, channels))
    return _in_order(tiles, (n, height // block, width // block, block**2 * channels))


def depth_to_space(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """DEPTH_TO_SPACE: channels become the pixels of a block."""
    given = _blocks(node, inputs)
    if given is None:
        return None
    x, block = given
    n, rows, columns, depth = x.shape
    if depth % block**2:
        return None
    tiles = x.reshaped((n, rows, columns, block, block, depth // block**2))
    return _in_order(tiles, (n, rows * block, columns * block, depth // block**2))


def _in_order(tiles: Value, shape: tuple[int, ...]) -> Lowered | None:
    """The two axes in the middle exchanged, then another shape."""
    lowered = side_by_side([strided(tiles, lambda a: a.transpose(0, 1, 3, 2, 4, 5))])
    if lowered is None or not isinstance(lowered.outputs[0], Value):
        return None
    return Lowered((lowered.outputs[0].reshaped(shape),), lowered.instructions)


def _sizes(given: Source | None) -> tuple[int, ...] | None:
    """A shape that is known."""
    return tuple(np.ravel(given).tolist()) if isinstance(given, np.ndarray) else None


def tile(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """TILE: x so many times along every axis."""
    x, times = inputs[0], _sizes(inputs[1])
    if not isinstance(x, Value) or times is None or len(times) != len(x.shape) or min(times) < 0:
        return None
    pairs = [size for pair in zip(times, x.shape, strict=True) for size in pair]
    node.limits.check_size(tuple(pairs), x.dtype.itemsize)
    apart = x.reshaped([size for own in x.shape for size in (1, own)])
    view = strided(apart, lambda a: np.broadcast_to(a, pairs))
    y = new_value([count * own for count, own in zip(times, x.shape, strict=True)], x.dtype)
    made = None if view is None else copy(view, dense(y.reshaped(pairs)))
    return None if made is None else Lowered((y,), made)


def fill(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """FILL: a shape that is known, all of one value."""
    sizes, number = _sizes(inputs[0]), inputs[1]
    if sizes is None or number is None or number.shape != ():
        return None
    node.limits.check_size(sizes, number.dtype.itemsize)
    return _filled(sizes, number)


def zeros_like(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """ZEROS_LIKE."""
    x = inputs[0]
    return None if not isinstance(x, Value) else _filled(x.shape, np.zeros((), x.dtype))


def _filled(shape: tuple[int, ...], number: Source) -> Lowered | None:
    y = new_value(shape, number.dtype)
    made = copy(Strided(number, 0, shape, (0,) * len(shape)), dense(y))
    return None if made is None else Lowered((y,), made)


def shape_of(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SHAPE: known here."""
    return _known(reshaping.shape_of, node, inputs)


def rank_of(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """RANK: known here."""
    return _known(reshaping.rank_of, node, inputs)


def known(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """An operator that is lowered only where it is known: of constants."""
    return None


def _known(prepare: Prepare, node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """What follows from the shape of an input alone."""
    x = inputs[0]
    if not isinstance(x, Value):
        return None
    return Lowered(prepare(node)(np.empty(x.shape, x.dtype)))
