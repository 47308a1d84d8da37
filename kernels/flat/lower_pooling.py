"""AVERAGE_POOL_2D and MAX_POOL_2D of floats and int8 as instructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from kernels.activation import activation_bounds
from kernels.affine import stored_zero
from kernels.errors import TfliteQuantError
from kernels.flat.border import Border, padded_border
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.value import Source, Value, new_value
from kernels.flat.window_case import WindowCase, grain, window_case
from kernels.isa import instruction_set
from kernels.node import Array, Node
from kernels.ops.pooling import integer_bounds, overlaps, stencil_of

MOST_TAPS = 1 << 13
"""What ``kernels.compiled.listed_pooling`` has a table for. Sums of so many int8 are exact in
float32."""
QMIN, QMAX = -128, 127


@dataclass(frozen=True)
class _Square:
    """A kernel for a small square window: ``per_lane`` numbers in a lane of 32 bits, and so many
    vectors of channels of a chunk."""

    name: str
    per_lane: int
    vectors: int


_SQUARES = {
    (name, kind, (size, size)): _Square(word, per_lane, vectors)
    for size, word in ((2, "two"), (3, "three"))
    for name, kind, per_lane, vectors in (
        ("average", "floats", 1, 4),
        ("maximum", "floats", 1, 2),
        ("maximum", "bytes", 4, 1),
    )
}

GRAIN = 1 << 15
"""Elements that a thread reads at least."""


def average_pool(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """AVERAGE_POOL_2D."""
    return _lowered(node, inputs[0], "average", Border())


def max_pool(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """MAX_POOL_2D."""
    return _lowered(node, inputs[0], "maximum", Border())


def padded_max_pool(
    pad: Node, node: Node, pad_inputs: Sequence[Source | None], inputs: Sequence[Source | None]
) -> Lowered | None:
    """PAD with zeros, then MAX_POOL_2D, which sees them."""
    border = padded_border(pad_inputs)
    return None if border is None else _lowered(node, pad_inputs[0], "maximum", border)


def _lowered(node: Node, x: Source | None, name: str, padding: Border) -> Lowered | None:
    if not isinstance(x, Value) or x.dtype not in (np.float32, np.int8):
        return None
    try:
        stencil = stencil_of(node)
        windows = window_case(x, stencil, padding)
        if windows is None or prod(stencil.size) > MOST_TAPS:
            return None
        if padding not in (Border(), windows.border):
            return None  # of what is beyond x some is seen, some is not
        if x.dtype == np.float32:
            takes = name == "maximum" or overlaps(stencil)
            bounds = activation_bounds(node.options.fused_activation_function)
        else:
            takes = node.operand(0).tensor.type == "INT8"
            bounds = integer_bounds(node, delegated=name == "maximum")
    except TfliteQuantError:
        return None  # the plain kernel says what is wrong
    zero = 0 if x.dtype == np.float32 else stored_zero(node.operand(0).tensor)
    if not takes or not QMIN <= zero <= QMAX:
        return None
    sees = padding != Border() or (x.dtype == np.float32 and name == "average")
    return _pooled(windows, name, zero if sees else None, bounds)


def _pooled(
    windows: WindowCase, name: str, outside: int | None, bounds: tuple[float, float]
) -> Lowered:
    """``outside``: what is seen beyond the image, if anything."""
    x, isa, size = windows.x, instruction_set(), windows.stencil.size
    kind = "floats" if x.dtype == np.float32 else "bytes"
    output = new_value((x.shape[0], *windows.positions, x.shape[3]), x.dtype)
    operands = (x, _beyond(x, outside), output)
    square = _SQUARES.get((name, kind, size)) if isa.has_vectors else None
    if square is None:
        chunks = x.shape[0] * windows.positions[0]
        numbers = (*x.shape[1:], *windows.positions, *windows.stencil.stride)
        placed = (windows.border.above, windows.border.left, *size, int(outside is not None))
        reads = windows.positions[1] * x.shape[3] * prod(size)
        rest: tuple[int, ...] = (*numbers, *placed)
        taken = max(1, GRAIN // reads)
    else:
        chunks = windows.chunks(isa, square.vectors, square.per_lane)
        rest, taken = windows.fields(), grain(chunks)
    kernel = f"windows_{isa.name}.{name}_{kind}_{'any' if square is None else square.name}"
    return Lowered((output,), (Instruction(kernel, (*operands, *rest, *bounds), chunks, taken),))


def _beyond(x: Value, outside: int | None) -> Array:
    """A row of what is seen beyond the image, or of what no maximum is."""
    least = -np.inf if x.dtype == np.float32 else QMIN
    return np.full(x.shape[2:], least if outside is None else outside, x.dtype)
