"""A layer of 512 LSTM cells over 100 steps as one UNIDIRECTIONAL_SEQUENCE_LSTM, float and hybrid.

Keras 3 exports an LSTM as a WHILE loop, so TensorFlow's converter makes no such model; the
hybrid one is as its quantizer would write it: int8 weights with one scale each, and activations
quantized with a zero point.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kernels.model import Model
from kernels.node import Array
from kernels.tflite.writer import write_model
from tools.conformance.model_builder import Value, constant, quantization, single_operator, tensor

SEED, STEPS, CELLS = 2018, 100, 512
_REACH = 0.05
"""Weights lie within it on both sides of 0."""
_GATES = ("input", "forget", "cell", "output")
_HYBRID_VERSION = 3


def write_fused_lstm(path: Path, hybrid: bool = False) -> None:
    """Writes the model: (1, 100, 512) float32 -> (1, 100, 512) float32."""
    write_model(fused_lstm(hybrid=hybrid), path)


def fused_lstm(steps: int = STEPS, cells: int = CELLS, *, hybrid: bool = False) -> Model:
    """The model with as many inputs as cells; the weights are the same in both kinds."""
    generator = np.random.default_rng(SEED)
    inputs = _weights(generator, "input", cells, hybrid)
    recurrent = _weights(generator, "recurrent", cells, hybrid)
    states = [tensor(name, (1, cells), is_variable=True) for name in ("hidden", "cell")]
    operands: Sequence[Value | None] = [
        tensor("x", (1, steps, cells)),
        *(*inputs, *recurrent),
        *[None] * 3,  # peepholes
        *[constant(f"{gate}_bias", np.zeros(cells, np.float32)) for gate in _GATES],
        *[None] * 2,  # a projection
        *states,
        *[None] * 4,  # layer normalization
    ]
    return single_operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        operands,
        [tensor("y", (1, steps, cells))],
        {"fused_activation_function": "TANH", "asymmetric_quantize_inputs": hybrid},
        version=_HYBRID_VERSION if hybrid else 1,
    )


def _weights(generator: np.random.Generator, name: str, cells: int, hybrid: bool) -> list[Value]:
    """One (cells, cells) matrix a gate."""
    values = generator.uniform(-_REACH, _REACH, (len(_GATES), cells, cells)).astype(np.float32)
    weight = _int8_weight if hybrid else constant
    return [weight(f"{name}_{gate}", matrix) for gate, matrix in zip(_GATES, values, strict=True)]


def _int8_weight(name: str, values: Array) -> Value:
    scale = np.abs(values).max() / np.float32(127)
    return constant(name, np.rint(values / scale).astype(np.int8), quantization=quantization(scale))
