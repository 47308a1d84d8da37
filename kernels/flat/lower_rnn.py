"""RNN and UNIDIRECTIONAL_SEQUENCE_RNN as instructions, float and hybrid.

The arithmetic is that of ``kernels.ops.rnn``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.flat.accumulate import Weights, accumulated, coded_rows, joined_weights
from kernels.flat.hidden import activated, state
from kernels.flat.instruction import Code, Lowered
from kernels.flat.time_axis import TimeAxis, sequence_axis
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node
from kernels.ops.rnn import FORWARD


def sequence(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """UNIDIRECTIONAL_SEQUENCE_RNN."""
    x = inputs[0]
    if not isinstance(x, Value):
        return None
    axis = sequence_axis(x, node.options.time_major)
    return None if axis is None else _over_time(node, inputs, x, axis)


def single_step(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """RNN."""
    x = inputs[0]
    if not isinstance(x, Value) or len(x.shape) != 2:
        return None
    return _over_time(node, inputs, x, TimeAxis(x.shape[0], 1, time_major=True))


def _over_time(
    node: Node, inputs: Sequence[Source | None], x: Value, axis: TimeAxis
) -> Lowered | None:
    inner, recurrent = (_weights(node, inputs, n) for n in (FORWARD.input, FORWARD.recurrent))
    bias = inputs[FORWARD.bias]
    if inner is None or recurrent is None or not isinstance(bias, np.ndarray):
        return None
    units, hybrid = recurrent.depth, inner.scales is not None
    hidden = state(node, inputs, FORWARD.state, axis.batch * units)
    widths = (inner.columns, recurrent.columns, *bias.shape)
    if hidden is None or widths != (units,) * 3 or hybrid != (recurrent.scales is not None):
        return None
    floats = x.dtype == bias.dtype == np.float32
    if not x.count or not floats or inner.depth != x.shape[-1]:
        return None
    asymmetric, count = node.options.asymmetric_quantize_inputs, axis.batch * axis.length
    rows, encoding = coded_rows(x, count, x.shape[-1], hybrid, asymmetric)
    drive = new_value((count, units), np.float32)
    y = new_value((*x.shape[:-1], units), np.float32)

    def step(time: Value) -> tuple[Code, ...]:
        begun, taking = axis.taken(drive, time)
        before, coding = coded_rows(hidden, axis.batch, units, hybrid, asymmetric)
        sums = new_value((axis.batch, units), np.float32)
        adding = accumulated(before, recurrent, begun, sums)
        activation = activated(node.options.fused_activation_function, sums, hidden)
        return (*taking, *coding, *adding, activation, axis.put(hidden, y, time))

    begin = (*encoding, *accumulated(rows, inner, bias, drive))
    return Lowered((y,), (*begin, *axis.each(step)))


def _weights(node: Node, inputs: Sequence[Source | None], number: int) -> Weights | None:
    return joined_weights([node.operand(number)], [inputs[number]])
