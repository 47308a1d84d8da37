"""Which operators keep the scale of a channel: the equalizer's half of the operator table.

A channel is a position of the last dimension. If every value of a channel is multiplied by a
power of two, a linear operator whose weight is divided by it computes the same bits, and an
operator that *carries* scales gives the result of the channel multiplied by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kernels.activation import NONE, RELU

EQUIVARIANT_ACTIVATIONS = frozenset({NONE, RELU})
"""Fused activations with ``f(s x) = s f(x)`` for s > 0; RELU6 clips at 6 whatever the scale."""


@dataclass(frozen=True)
class Linear:
    """``y = w x + b`` with the operands' numbers, and the dimensions of the weight that are the
    channels of x and of y. ``depthwise``: they are one dimension, whose channel o reads the
    input's channel ``o // multiplier``. ``flattens``: x may have its channels in several
    dimensions, of which the weight sees one. ``scatters``: an output place gets some of the
    weight's places only. ``requires``: option values without which nothing of this holds.
    """

    activation: int
    weight: int
    bias: int
    input_axis: int
    output_axis: int
    depthwise: bool = False
    flattens: bool = False
    scatters: bool = False
    requires: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Carries:
    """``operands`` have the scales of the result, all the same ones; the others say only which
    values go where. ``axes`` is an operand with the dimensions that are reduced, among which
    that of the channels may not be. ``reshapes``: the values stay in their row-major order, in
    another shape.
    """

    operands: tuple[int, ...] = (0,)
    axes: int | None = None
    reshapes: bool = False


_ONE = Carries()
_BOTH = Carries((0, 1))
_RESHAPES = Carries(reshapes=True)

LINEAR: Mapping[str, Linear] = MappingProxyType(
    {
        "CONV_2D": Linear(0, 1, 2, input_axis=3, output_axis=0),
        "DEPTHWISE_CONV_2D": Linear(0, 1, 2, input_axis=3, output_axis=3, depthwise=True),
        "FULLY_CONNECTED": Linear(
            0, 1, 2, 1, 0, flattens=True, requires=MappingProxyType({"weights_format": 0})
        ),
        "TRANSPOSE_CONV": Linear(2, 1, 3, input_axis=3, output_axis=0, scatters=True),
    }
)
"""Operator name -> where a linear operator has its weight."""

CARRIES: Mapping[str, Carries] = MappingProxyType(
    {
        "ABS": _ONE,
        "ADD": _BOTH,
        "AVERAGE_POOL_2D": _ONE,
        "BATCH_TO_SPACE_ND": _ONE,
        "EXPAND_DIMS": _RESHAPES,
        "LEAKY_RELU": _ONE,
        "MAXIMUM": _BOTH,
        "MAX_POOL_2D": _ONE,
        "MEAN": Carries(axes=1),
        "MINIMUM": _BOTH,
        "MIRROR_PAD": _ONE,
        "NEG": _ONE,
        "PAD": _ONE,
        "PRELU": _ONE,
        "REDUCE_MAX": Carries(axes=1),
        "RELU": _ONE,
        "RESHAPE": _RESHAPES,
        "RESIZE_BILINEAR": _ONE,
        "RESIZE_NEAREST_NEIGHBOR": _ONE,
        "SPACE_TO_BATCH_ND": _ONE,
        "SQUEEZE": _RESHAPES,
        "SUB": _BOTH,
        "SUM": Carries(axes=1),
    }
)
"""Operator name -> which operands' scales its result has."""

READS_NO_VALUES = frozenset({"RANK", "SHAPE"})
"""Operators that look at the shape of their operand only."""
