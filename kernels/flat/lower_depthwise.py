"""DEPTHWISE_CONV_2D as instructions: float and full-integer as XNNPACK, hybrid as TFLite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from kernels import xnnpack
from kernels.errors import TfliteQuantError
from kernels.flat.assembly import allocate
from kernels.flat.border import Border, padded_border
from kernels.flat.depthwise_case import ANY, DepthwiseCase, depthwise_case
from kernels.flat.histories import pack_channels, pack_histories
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.panels import packed_once
from kernels.flat.value import Source, Value, new_value
from kernels.flat.weights import LARGEST_PRODUCT, LARGEST_SUM, bias_of, integer_constants
from kernels.full_integer import FullInteger
from kernels.isa import instruction_set
from kernels.node import XNNPACK, Array, Node
from kernels.ops.depthwise_convolution import (
    BIAS,
    DEPTHWISE_TAPS,
    FILTER,
    FULL_INTEGER,
    INPUT,
)
from kernels.weight import weight_scale

FLOAT32, INT8 = "FLOAT32", "INT8"
PAIRED = "three"
"""The size whose rows may be made two by two."""
HISTORY_BYTES = 1 << 18
"""What ``kernels.compiled.depthwise_integers`` has for a chunk."""
HISTORY = 4
"""Bytes."""
PART = 1 << 14
"""Floats whose range one chunk finds."""
ROUNDED_TOGETHER = 8
"""Numbers of an image that TFLite rounds at a time."""


def depthwise(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """DEPTHWISE_CONV_2D with constant filters."""
    return _lowered(node, inputs[INPUT], inputs, Border())


def padded_depthwise(
    pad: Node, node: Node, pad_inputs: Sequence[Source | None], inputs: Sequence[Source | None]
) -> Lowered | None:
    """PAD with zeros, then DEPTHWISE_CONV_2D."""
    border = padded_border(pad_inputs)
    return None if border is None else _lowered(node, pad_inputs[INPUT], inputs, border)


def _lowered(
    node: Node, x: Source | None, inputs: Sequence[Source | None], padding: Border
) -> Lowered | None:
    types = tuple(node.operand(number).tensor.type for number in (INPUT, FILTER))
    try:
        case = depthwise_case(node, x, inputs, padding)
        if case is None:
            return None
        if types == (FLOAT32, FLOAT32):
            return _float(case)
        if types == (FLOAT32, INT8):
            return _hybrid(case, padding)
        return _full_integer(case) if types == (INT8, INT8) else None
    except TfliteQuantError:
        return None  # the plain kernel says what is wrong


def _float(case: DepthwiseCase) -> Lowered | None:
    """Taps go column by column, unless they are many or channels are multiplied."""
    bias, filters = bias_of(case.bias, case.outputs, np.float32), case.filters
    taken = xnnpack.float_numerics(case.node, FILTER, BIAS) == XNNPACK
    if not taken or bias is None or {case.x.dtype, filters.dtype} != {np.dtype(np.float32)}:
        return None
    height, width = filters.shape[:2]
    by_columns = not case.is_multiplied and height * width <= DEPTHWISE_TAPS
    size = case.size if by_columns else ANY
    if size.name == PAIRED and case.windows.rows_share:
        size = replace(size, name=f"{PAIRED}_pair")
    packed = packed_once(case.weights, by_columns, lambda: _in_order(filters, by_columns))
    zeros = np.zeros(case.windows.x.shape[2:], np.float32)
    dilation = case.windows.stencil.dilation
    rest: tuple[Source | float, ...] = dilation
    if size == ANY:
        taps = _taps(height, width, dilation, by_columns)
        rest = (taps, len(taps))
    operands = (case.windows.x, packed, bias, zeros)
    return case.lowered("depthwise", size, operands, case.output(), (*rest, *case.bounds))


def _in_order(filters: Array, by_columns: bool) -> Array:
    """Filters (KH, KW, O), their taps in the order in which they are added."""
    ordered = filters.transpose(1, 0, 2) if by_columns else filters
    packed = allocate(filters.nbytes).view(filters.dtype).reshape(ordered.shape)
    packed[...] = ordered
    return packed


def _taps(height: int, width: int, dilation: tuple[int, int], by_columns: bool) -> Array:
    """The row and the column of each tap, in that order: (taps, 2) int32."""
    taps = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1)
    ordered = taps.swapaxes(0, 1) if by_columns else taps
    return np.ascontiguousarray(ordered.reshape(-1, 2) * dilation, np.int32)


def _hybrid(case: DepthwiseCase, padding: Border) -> Lowered | None:
    """Numbers at the end of an image are rounded one by one, of which histories know the place if
    the image is just x."""
    isa, filters = instruction_set(), case.filters
    bias = bias_of(case.bias, case.outputs, np.float32)
    scale = weight_scale(case.node.operand(FILTER).tensor)
    count = prod(case.x.shape[1:])
    whole = count // ROUNDED_TOGETHER * ROUNDED_TOGETHER
    moved = (case.is_multiplied or padding != Border()) and case.x.shape[3] % ROUNDED_TOGETHER
    fits = {len(scale)} <= {1, case.outputs} and filters.dtype == np.int8 and _fits(case)
    if bias is None or not fits or moved or case.x.dtype != np.float32:
        return None
    images = case.x.shape[0]
    lows, highs, parts, find = _ranges(case.x)
    parameters = tuple(new_value((images,), kind) for kind in (np.float32, np.int32, np.float32))
    combine = "asymmetric.find_parameters"
    before = (find, Instruction(combine, (lows, highs, *parameters, parts), images, images))
    channels = (_sums(filters), np.broadcast_to(scale, case.outputs), bias)
    tables = tuple(pack_channels(table, isa.lanes) for table in channels)
    ends: tuple[Source | float, ...] = (*parameters, *tables, whole, *case.bounds)
    return _by_histories(case, "hybrid_depthwise", filters, ends, before)


def _full_integer(case: DepthwiseCase) -> Lowered | None:
    node, activation = case.node, case.node.options.fused_activation_function
    if not xnnpack.takes_integers(node, INPUT, FILTER, activation, BIAS) or not _fits(case):
        return None
    arithmetic = FullInteger.of(node, FULL_INTEGER, activation, delegated=True)
    constants = integer_constants(case.filters.transpose(2, 0, 1), arithmetic, case.bias)
    if constants is None or case.x.dtype != np.int8:
        return None
    lanes, zeros = instruction_set().lanes, (arithmetic.x.zero_point, constants.zero)
    tables = (constants.start, constants.multipliers)
    packed = tuple(pack_channels(table, lanes) for table in tables)
    ends: tuple[Source | float, ...] = (*packed, *zeros, *constants.bounds)
    filters = constants.weights.transpose(1, 2, 0)
    return _by_histories(case, "requantized_depthwise", filters, ends)


def _ranges(x: Value) -> tuple[Value, Value, int, Instruction]:
    """The bits of the ends of ranges of parts of images, how many parts, and what finds them."""
    images, count = x.shape[0], prod(x.shape[1:])
    parts = -(-count // PART)
    lows, highs = (new_value((images * parts,), np.int32) for _ in range(2))
    kernel = f"{instruction_set().name}.find_ranges"
    return (
        lows,
        highs,
        parts,
        Instruction(kernel, (x, lows, highs, count, PART, parts), images * parts),
    )


def _by_histories(
    case: DepthwiseCase,
    kernel: str,
    filters: Array,
    ends: tuple[Source | float, ...],
    before: tuple[Instruction, ...] = (),
) -> Lowered:
    isa, stencil = instruction_set(), case.windows.stencil
    lanes, group = isa.lanes, isa.group
    packed = packed_once(case.weights, kernel, lambda: pack_histories(filters, group, lanes))
    shape = (*stencil.size, *stencil.dilation, _slots(case), case.windows.reach[1])
    operands = (case.windows.x, packed)
    return case.lowered(kernel, case.size, operands, case.output(), (*shape, *ends), before)


def _fits(case: DepthwiseCase) -> bool:
    """Whether sums are int32, and histories fit on the stack."""
    columns = case.windows.reach[1] * case.size.vectors * instruction_set().lanes
    height, width = case.filters.shape[:2]
    return (
        height * width * LARGEST_PRODUCT <= LARGEST_SUM
        and _slots(case) * columns * HISTORY <= HISTORY_BYTES
    )


def _slots(case: DepthwiseCase) -> int:
    """Rows of histories that are read again."""
    group, dilation = instruction_set().group, case.windows.stencil.dilation[0]
    steps = -(-case.filters.shape[0] // group)
    return int(max(dilation, group * dilation * (steps - 1) + 1))


def _sums(filters: Array) -> Array:
    sums: Array = filters.sum(axis=(0, 1), dtype=np.int32)
    return sums
