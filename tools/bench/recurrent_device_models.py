"""Models of a single recurrent operator, of batch 1."""

from __future__ import annotations

from collections.abc import Sequence

from tools.bench.device_model import DeviceModel, random_weight, zeros
from tools.conformance.model_builder import Value, single_operator, tensor

_GATES = ("input", "forget", "cell", "output")
_TANH = {"fused_activation_function": "TANH"}
_BOTH_WAYS = {**_TANH, "time_major": False, "merge_outputs": False}
_SIZES = ((1, 32, 32), (8, 64, 64), (20, 128, 128), (20, 256, 256), (20, 512, 512))
"""Steps, inputs, cells."""
_SVDF = ((40, 64, 8), (128, 128, 10), (256, 256, 10))
"""Inputs, units, memory."""


def recurrent_models() -> list[DeviceModel]:
    """All of them: operators of a whole sequence, in one direction and in both, and of a step."""
    makes = (lstm, bidirectional_lstm, rnn, bidirectional_rnn)
    return [
        *(make(*sizes) for make in makes for sizes in _SIZES),
        *(make(*sizes) for make in (lstm_step, rnn_step) for _, *sizes in _SIZES),
        *(svdf(*sizes) for sizes in _SVDF),
    ]


def lstm(steps: int, depth: int, cells: int) -> DeviceModel:
    """UNIDIRECTIONAL_SEQUENCE_LSTM."""
    return _lstm("UNIDIRECTIONAL_SEQUENCE_LSTM", (1, steps), depth, cells)


def lstm_step(depth: int, cells: int) -> DeviceModel:
    """LSTM."""
    return _lstm("LSTM", (1,), depth, cells)


def _lstm(operator: str, rows: tuple[int, ...], depth: int, cells: int) -> DeviceModel:
    operands: Sequence[Value | None] = [
        tensor("x", (*rows, depth)),
        *_direction("", depth, cells),
        *_states("", cells),
        *[None] * 4,
    ]
    model = single_operator(operator, operands, [tensor("y", (*rows, cells))], _TANH)
    return DeviceModel(operator, rows[-1] * 4 * cells * (depth + cells), model)


def bidirectional_lstm(steps: int, depth: int, cells: int) -> DeviceModel:
    """BIDIRECTIONAL_SEQUENCE_LSTM."""
    name = "BIDIRECTIONAL_SEQUENCE_LSTM"
    ways = ("forward_", "backward_")
    operands: Sequence[Value | None] = [
        tensor("x", (1, steps, depth)),
        *(value for way in ways for value in _direction(way, depth, cells)),
        *(value for way in ways for value in _states(way, cells)),
        *[None] * 9,
    ]
    made = [tensor(f"{way}y", (1, steps, cells)) for way in ways]
    model = single_operator(name, operands, made, _BOTH_WAYS)
    return DeviceModel(name, steps * 8 * cells * (depth + cells), model)


def _direction(way: str, depth: int, cells: int) -> list[Value | None]:
    """Weights, peepholes, biases and projection of one direction."""
    return [
        *(random_weight(f"{way}x_{gate}", cells, depth) for gate in _GATES),
        *(random_weight(f"{way}h_{gate}", cells, cells) for gate in _GATES),
        *[None] * 3,
        *(zeros(f"{way}{gate}_bias", cells) for gate in _GATES),
        *[None] * 2,
    ]


def _states(way: str, cells: int) -> list[Value]:
    return [tensor(f"{way}{name}", (1, cells), is_variable=True) for name in ("hidden", "memory")]


def rnn(steps: int, depth: int, cells: int) -> DeviceModel:
    """UNIDIRECTIONAL_SEQUENCE_RNN."""
    return _rnn("UNIDIRECTIONAL_SEQUENCE_RNN", (1, steps), depth, cells)


def rnn_step(depth: int, cells: int) -> DeviceModel:
    """RNN."""
    return _rnn("RNN", (1,), depth, cells)


def _rnn(operator: str, rows: tuple[int, ...], depth: int, cells: int) -> DeviceModel:
    operands = [tensor("x", (*rows, depth)), *_half("", depth, cells)]
    model = single_operator(operator, operands, [tensor("y", (*rows, cells))], _TANH)
    return DeviceModel(operator, rows[-1] * cells * (depth + cells), model)


def bidirectional_rnn(steps: int, depth: int, cells: int) -> DeviceModel:
    """BIDIRECTIONAL_SEQUENCE_RNN."""
    name = "BIDIRECTIONAL_SEQUENCE_RNN"
    ways = ("forward_", "backward_")
    halves = [value for way in ways for value in _half(way, depth, cells)]
    made = [tensor(f"{way}y", (1, steps, cells)) for way in ways]
    operands = [tensor("x", (1, steps, depth)), *halves, *[None] * 3]
    model = single_operator(name, operands, made, _BOTH_WAYS)
    return DeviceModel(name, steps * 2 * cells * (depth + cells), model)


def _half(way: str, depth: int, cells: int) -> list[Value]:
    """Weights, bias and state of one direction."""
    return [
        random_weight(f"{way}w", cells, depth),
        random_weight(f"{way}r", cells, cells),
        zeros(f"{way}b", cells),
        tensor(f"{way}hidden", (1, cells), is_variable=True),
    ]


def svdf(depth: int, units: int, memory: int) -> DeviceModel:
    """SVDF of rank 1."""
    operands = [
        tensor("x", (1, depth)),
        random_weight("w", units, depth),
        random_weight("t", units, memory),
        zeros("b", units),
        tensor("state", (1, units * memory), is_variable=True),
    ]
    model = single_operator("SVDF", operands, [tensor("y", (1, units))], {"rank": 1})
    return DeviceModel("SVDF", units * (depth + memory), model)
