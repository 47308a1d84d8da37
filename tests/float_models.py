"""Float models to quantize: one for each operator that takes int8 weights, and a tied embedding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kernels.model import Model, Tensor
from tests.build_model import Operation, Value, constant, graph, single_operator, tensor

BATCH = 4


def normal(name: str, *shape: int, scale: float = 1.0) -> Value:
    """A constant of normal random numbers: the same for the same name and shape."""
    seed = [*name.encode(), *shape]
    values = np.random.default_rng(seed).normal(size=shape) * scale
    return constant(name, values.astype(np.float32))


def state(name: str, *shape: int) -> Value:
    return tensor(name, shape, is_variable=True)


def fully_connected(rows: int = 40, columns: int = 48, weight: Value | None = None) -> Model:
    """y = x w + b with w: (rows, columns)."""
    return single_operator(
        "FULLY_CONNECTED",
        [tensor("x", (BATCH, columns)), weight or normal("w", rows, columns), normal("b", rows)],
        [tensor("y", (BATCH, rows))],
        {},
    )


_STRIDE = {"padding": "SAME", "stride_w": 1, "stride_h": 1}


def convolution(weight: Value, channels: int) -> Model:
    outputs = weight.tensor.shape[0]
    return single_operator(
        "CONV_2D",
        [tensor("x", (2, 6, 6, channels)), weight, normal("b", outputs)],
        [tensor("y", (2, 6, 6, outputs))],
        _STRIDE,
    )


def depthwise(channels: int = 128, has_bias: bool = True) -> Model:
    shape = (2, 6, 6, channels)
    bias = [normal("b", channels)] if has_bias else []
    return single_operator(
        "DEPTHWISE_CONV_2D",
        [tensor("x", shape), normal("w", 1, 3, 3, channels), *bias],
        [tensor("y", shape)],
        {**_STRIDE, "depth_multiplier": 1},
    )


def transpose_convolution() -> Model:
    return single_operator(
        "TRANSPOSE_CONV",
        [
            constant("s", np.array([1, 8, 8, 8], np.int32)),
            normal("w", 8, 3, 3, 16),
            tensor("x", (1, 4, 4, 16)),
            normal("b", 8),
        ],
        [tensor("y", (1, 8, 8, 8))],
        {"padding": "SAME", "stride_w": 2, "stride_h": 2},
        version=3,
    )


_STRIDE_3D = {"padding": "SAME", "stride_d": 1, "stride_w": 1, "stride_h": 1}
_STRIDE_3D |= {"dilation_d_factor": 1, "dilation_w_factor": 1, "dilation_h_factor": 1}


def convolution_3d() -> Model:
    return single_operator(
        "CONV_3D",
        [tensor("x", (1, 4, 5, 5, 8)), normal("w", 3, 3, 3, 8, 6), normal("b", 6)],
        [tensor("y", (1, 4, 5, 5, 6))],
        _STRIDE_3D,
    )


def convolution_3d_transpose() -> Model:
    return single_operator(
        "CONV_3D_TRANSPOSE",
        [
            constant("s", np.array([1, 8, 8, 8, 6], np.int32)),
            normal("w", 3, 3, 3, 6, 8),
            tensor("x", (1, 4, 4, 4, 8)),
            normal("b", 6),
        ],
        [tensor("y", (1, 8, 8, 8, 6))],
        {**_STRIDE_3D, "stride_d": 2, "stride_w": 2, "stride_h": 2},
    )


def batch_matmul(left: Sequence[int], right: Sequence[int], **options: Any) -> Model:
    """x times the constant w."""
    batch = np.broadcast_shapes(tuple(left[:-2]), tuple(right[:-2]))
    rows = left[-1] if options.get("adj_x") else left[-2]
    columns = right[-2] if options.get("adj_y") else right[-1]
    return single_operator(
        "BATCH_MATMUL",
        [tensor("x", left), normal("w", *right)],
        [tensor("y", (*batch, rows, columns))],
        options,
    )


def gather(axis: int = 0) -> Model:
    shape = (7, 32) if axis == 0 else (50, 7)
    return single_operator(
        "GATHER",
        [normal("w", 50, 32), tensor("i", (7,), "INT32")],
        [tensor("y", shape)],
        {"axis": axis},
    )


def embedding_lookup() -> Model:
    return single_operator(
        "EMBEDDING_LOOKUP",
        [tensor("i", (7,), "INT32"), normal("w", 50, 32)],
        [tensor("y", (7, 32))],
    )


def svdf() -> Model:
    weights = [normal("w", 40, 32), normal("t", 40, 30), normal("b", 20)]
    return single_operator(
        "SVDF",
        [tensor("x", (2, 32)), *weights, state("s", 2, 40 * 30)],
        [tensor("y", (2, 20))],
        {"rank": 2},
    )


_TANH = {"fused_activation_function": "TANH"}


def _rnn_half(prefix: str) -> list[Value]:
    weights = [normal(f"{prefix}w", 40, 32, scale=0.2), normal(f"{prefix}r", 40, 40, scale=0.1)]
    return [*weights, normal(f"{prefix}b", 40), state(f"{prefix}h", 2, 40)]


def rnn() -> Model:
    return single_operator(
        "RNN", [tensor("x", (2, 32)), *_rnn_half("")], [tensor("y", (2, 40))], _TANH
    )


def sequence_rnn() -> Model:
    return single_operator(
        "UNIDIRECTIONAL_SEQUENCE_RNN",
        [tensor("x", (2, 3, 32)), *_rnn_half("")],
        [tensor("y", (2, 3, 40))],
        {**_TANH, "time_major": False},
    )


def bidirectional_rnn() -> Model:
    return single_operator(
        "BIDIRECTIONAL_SEQUENCE_RNN",
        [tensor("x", (2, 3, 32)), *_rnn_half("f"), *_rnn_half("g"), None, None, None],
        [tensor("y", (2, 3, 40)), tensor("z", (2, 3, 40))],
        {**_TANH, "time_major": False},
    )


def _gates(name: str, *shape: int) -> list[Value]:
    return [normal(f"{name}{gate}", *shape, scale=0.2) for gate in "ifco"]


def lstm(
    cells: int = 40, inputs: int = 32, peephole: bool = False, projection: bool = False
) -> Model:
    """A UNIDIRECTIONAL_SEQUENCE_LSTM with all four gates."""
    outputs = 24 if projection else cells
    peepholes = [normal(f"p{gate}", cells, scale=0.2) for gate in "ifo"]
    projected = [normal("pw", outputs, cells, scale=0.2), normal("pb", outputs)]
    return single_operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        [
            tensor("x", (2, 3, inputs)),
            *_gates("w", cells, inputs),
            *_gates("r", cells, outputs),
            *(peepholes if peephole else [None] * 3),
            *_gates("b", cells),
            *(projected if projection else [None] * 2),
            state("hidden", 2, outputs),
            state("cell", 2, cells),
            *[None] * 4,
        ],
        [tensor("y", (2, 3, outputs))],
        {**_TANH, "time_major": False},
    )


def bidirectional_lstm() -> Model:
    def half(prefix: str) -> list[Value | None]:
        weights = [*_gates(f"{prefix}w", 40, 32), *_gates(f"{prefix}r", 40, 40)]
        return [*weights, *[None] * 3, *_gates(f"{prefix}b", 40), *[None] * 2]

    return single_operator(
        "BIDIRECTIONAL_SEQUENCE_LSTM",
        [tensor("x", (2, 3, 32)), *half("f"), *half("g")]
        + [state(name, 2, 40) for name in ("fh", "fc", "gh", "gc")]
        + [None] * 9,
        [tensor("y", (2, 3, 40)), tensor("z", (2, 3, 40))],
        {**_TANH, "time_major": False, "merge_outputs": False},
    )


SINGLE_OPERATORS: Mapping[str, Model] = {
    "fully connected": fully_connected(),
    "convolution": convolution(normal("w", 16, 3, 3, 8), 8),
    "grouped convolution": convolution(normal("w", 32, 3, 3, 8), 32),
    "depthwise convolution": depthwise(),
    "transpose convolution": transpose_convolution(),
    "convolution 3d": convolution_3d(),
    "convolution 3d transpose": convolution_3d_transpose(),
    "batch matmul, rank 2": batch_matmul((5, 32), (32, 40)),
    "batch matmul, rank 3": batch_matmul((2, 5, 32), (2, 32, 40)),
    "batch matmul, rank 4": batch_matmul((2, 3, 5, 32), (2, 3, 32, 40)),
    "batch matmul, rank 4, adjoint left": batch_matmul((2, 3, 32, 5), (32, 40), adj_x=True),
    "batch matmul, rank 4, adjoint right": batch_matmul((2, 3, 5, 32), (40, 32), adj_y=True),
    "gather": gather(),
    "gather, axis 1": gather(axis=1),
    "embedding lookup": embedding_lookup(),
    "svdf": svdf(),
    "rnn": rnn(),
    "sequence rnn": sequence_rnn(),
    "bidirectional rnn": bidirectional_rnn(),
    "lstm": lstm(),
    "lstm with peepholes and projection": lstm(peephole=True, projection=True),
    "bidirectional lstm": bidirectional_lstm(),
}


def tied_embedding(words: int = 60, size: int = 32) -> Model:
    """Rows of a table, and their products with the whole table: (3,) -> (3, words)."""
    table = normal("table", words, size)
    rows, logits = tensor("rows", (3, size)), tensor("logits", (3, words))
    ids = tensor("ids", (3,), "INT32")
    operations = [
        Operation("GATHER", [table, ids], [rows], {"axis": 0}),
        Operation("FULLY_CONNECTED", [rows, table, None], [logits], {}),
    ]
    return graph(operations, [ids], [logits])


def feeds(model: Model, seed: int = 0) -> list[np.ndarray]:
    """Random values for the model's inputs; integers are small, so that they are indices."""
    rng = np.random.default_rng(seed)
    tensors = [model.subgraphs[0].tensors[i] for i in model.subgraphs[0].inputs]
    return [_feed(rng, t) for t in tensors]


def _feed(rng: np.random.Generator, t: Tensor) -> np.ndarray:
    if t.type == "BOOL":
        return np.ones(t.shape, np.bool_)
    if t.type == "INT32":
        return rng.integers(0, 30, t.shape).astype(np.int32)
    return rng.normal(size=t.shape).astype(np.float32)
