"""SVDF as instructions, float and hybrid. The arithmetic is that of ``kernels.ops.svdf``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.flat.accumulate import accumulated, coded_rows, joined_weights
from kernels.flat.hidden import activated, state
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.value import Source, Value, new_value
from kernels.node import Array, Node
from kernels.ops.svdf import FEATURE_WEIGHTS, TIME_WEIGHTS
from kernels.weight import MATRIX_RANK, weight_scale

BIAS, STATE, OPERANDS = 3, 4, 5
"""Operand numbers, and how many there are."""
GRAIN_FEATURES = 2048
"""Numbers that a thread remembers at a time."""


def svdf(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """SVDF of floats."""
    if len(inputs) != OPERANDS:
        return None
    x, bias, rank = inputs[0], inputs[BIAS], node.options.rank
    weights = joined_weights([node.operand(FEATURE_WEIGHTS)], [inputs[FEATURE_WEIGHTS]])
    times = _times(node, inputs[TIME_WEIGHTS])
    if not isinstance(x, Value) or weights is None or times is None or rank < 1:
        return None
    if x.dtype != np.float32 or len(x.shape) != MATRIX_RANK or not x.count:
        return None
    batch, (filters, memory) = x.shape[0], times.shape
    units = filters // rank
    fits = (weights.depth, weights.columns, units * rank) == (x.shape[1], filters, filters)
    kept = state(node, inputs, STATE, batch * filters * memory)
    addend = np.zeros(units, np.float32) if bias is None else bias
    if not fits or kept is None or not isinstance(addend, np.ndarray):
        return None
    if addend.dtype != np.float32 or addend.shape != (units,):
        return None
    hybrid, asymmetric = weights.scales is not None, node.options.asymmetric_quantize_inputs
    rows, encoding = coded_rows(x, batch, x.shape[1], hybrid, asymmetric)
    features = new_value((batch, filters), np.float32)
    sums, y = (new_value((batch, units), np.float32) for _ in range(2))
    products = new_value((batch, filters, memory), np.float32)
    arguments = (features, times, addend, kept, products, sums, units, rank, memory)
    grain = max(1, GRAIN_FEATURES // (rank * memory))
    filtering = Instruction("svdf.filter_features", arguments, batch * units, grain)
    adding = accumulated(rows, weights, np.zeros(filters, np.float32), features)
    activation = activated(node.options.fused_activation_function, sums, y)
    return Lowered((y,), (*encoding, *adding, filtering, activation))


def _times(node: Node, weights: Source | None) -> Array | None:
    """The weights in time as floats, as ``kernels.weight.float_weight`` makes them."""
    if not isinstance(weights, np.ndarray) or weights.ndim != MATRIX_RANK or not weights.size:
        return None
    if weights.dtype == np.float32:
        return weights
    scale = weight_scale(node.operand(TIME_WEIGHTS).tensor)
    if weights.dtype != np.int8 or len(scale) != 1:
        return None
    floats: Array = weights * scale
    return floats
