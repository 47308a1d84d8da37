"""LSTM, UNIDIRECTIONAL_SEQUENCE_LSTM, BIDIRECTIONAL_SEQUENCE_LSTM: operands and layouts.

x: (T, B, n) if ``time_major``, else (B, T, n), and (B, n) for LSTM. ``kernels.lstm_layer`` has
the arithmetic, ``kernels.integer_lstm_layer`` that of integers. The BASIC kernel of LSTM is an
older operator with other operands.
"""

from __future__ import annotations

import numpy as np

from kernels.integer_lstm_layer import prepare_integer_layer
from kernels.lstm_layer import ABSENT, NO_GATES, Numbers, prepare_layer
from kernels.node import Array, Node, Run
from kernels.ops import integer_basic_lstm
from kernels.sequence import Layer, bidirectional, single_step, unidirectional
from kernels.transcendental import logistic, tanh
from kernels.weight import accumulate, is_hybrid, weight_matrix

FULL, BASIC = range(2)
"""The schema's LSTMKernelType."""

UNIDIRECTIONAL = Numbers(
    input=(1, 2, 3, 4),
    recurrent=(5, 6, 7, 8),
    peephole=(9, 10, ABSENT, 11),
    bias=(12, 13, 14, 15),
    norm=(20, 21, 22, 23),
    auxiliary=NO_GATES,
    projection=16,
    projection_bias=17,
    hidden_state=18,
    cell_state=19,
)
FORWARD = Numbers(
    input=(1, 2, 3, 4),
    recurrent=(5, 6, 7, 8),
    peephole=(9, 10, ABSENT, 11),
    bias=(12, 13, 14, 15),
    norm=NO_GATES,
    auxiliary=(40, 41, 42, 43),
    projection=16,
    projection_bias=17,
    hidden_state=35,
    cell_state=36,
)
BACKWARD = Numbers(
    input=(18, 19, 20, 21),
    recurrent=(22, 23, 24, 25),
    peephole=(26, 27, ABSENT, 28),
    bias=(29, 30, 31, 32),
    norm=NO_GATES,
    auxiliary=(44, 45, 46, 47),
    projection=33,
    projection_bias=34,
    hidden_state=37,
    cell_state=38,
    backward=True,
)
AUXILIARY_INPUT = 39
AUXILIARY_FORGET_WEIGHT = 41
"""Operand numbers in a bidirectional operator; a CIFG has no weights of the input gate."""

PREVIOUS_HIDDEN, BASIC_WEIGHTS, BASIC_BIAS, PREVIOUS_CELL = range(1, 5)
"""Operand numbers of the BASIC kernel."""


def prepare(node: Node) -> Run:
    """Returns the kernel of LSTM, a single step."""
    if node.options.kernel_type == BASIC:
        bytes_only = node.operand(0).tensor.type == "UINT8"
        return integer_basic_lstm.prepare(node) if bytes_only else _prepare_basic(node)
    return single_step(_prepare_unidirectional(node, together=True))


def prepare_sequence(node: Node) -> Run:
    """Returns the kernel of UNIDIRECTIONAL_SEQUENCE_LSTM."""
    time_major = node.options.time_major
    return unidirectional(_prepare_unidirectional(node, together=time_major), time_major)


def _prepare_unidirectional(node: Node, together: bool) -> Layer:
    if node.operand(0).tensor.type == "INT8":
        return prepare_integer_layer(node, UNIDIRECTIONAL)
    return prepare_layer(node, UNIDIRECTIONAL, together)


def prepare_bidirectional(node: Node) -> Run:
    """Returns the kernel of BIDIRECTIONAL_SEQUENCE_LSTM.

    LiteRT's batch-major kernel misplaces the hidden state if it merges outputs of a batch.
    """
    forward, backward = (
        prepare_layer(node, numbers, together=node.options.time_major)
        for numbers in (FORWARD, BACKWARD)
    )
    return bidirectional(node, forward, backward, AUXILIARY_INPUT, AUXILIARY_FORGET_WEIGHT)


def _prepare_basic(node: Node) -> Run:
    """x (B, n), h (B, m), weights (4 * m, n + m), bias (4 * m,), c (B, m) to h, c, and the
    two intermediate results that the operator declares as outputs; gates are in the order
    input, candidate, forget, output (optimized_ops.h, LstmCell)."""
    is_hybrid(node, weights=(BASIC_WEIGHTS,), integers=())
    matrix = weight_matrix(node.operand(BASIC_WEIGHTS))

    def run(x: Array, hidden: Array, weights: Array, bias: Array, cell: Array) -> tuple[Array, ...]:
        joined = np.concatenate([x, hidden], axis=1)
        gates = accumulate(bias, joined, matrix(weights))
        entry, candidate, forget, exposed = np.split(gates, 4, axis=1)
        cell = logistic(entry) * tanh(candidate) + logistic(forget) * cell
        return logistic(exposed) * tanh(cell), cell, joined, gates

    return run
