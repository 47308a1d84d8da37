"""One small, good model of every operator: what the fuzzer starts from, and NaN goes through.

``x`` and ``y`` and what else is a plain array is fed; ``Fixed`` is a constant of the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from kernels.model import Model
from tests.build_model import Value, quantization, tensor
from tests.build_model import constant as constant_value
from tests.oracle import Fixed, integers, operator_model, random

SMALL = (2, 3)
IMAGE = (1, 4, 4, 2)
BOOL, INT8, INT32, INT64 = np.bool_, np.int8, np.int32, np.int64


@dataclass(frozen=True)
class Example:
    """``inputs`` as of ``tests.oracle.operator_model``; ``outputs``: (shape, dtype) of each."""

    inputs: Sequence[Any]
    outputs: Sequence[tuple[tuple[int, ...], Any]]
    options: Mapping[str, Any] = field(default_factory=dict)

    def model(self, operator: str) -> Model:
        """A model of the one operator, its inputs in0, in1, ..."""
        outputs = [np.zeros(shape, dtype) for shape, dtype in self.outputs]
        return operator_model(operator, list(self.inputs), outputs, self.options)

    def fed(self) -> dict[str, np.ndarray]:
        """The arrays that are not constant, by the names of the model's inputs."""
        return {
            f"in{i}": value for i, value in enumerate(self.inputs) if isinstance(value, np.ndarray)
        }


def _floats(shape: tuple[int, ...] = SMALL, *, inputs: int = 1, **options: Any) -> Example:
    """As many inputs of one shape, and an output of that shape."""
    fed = [np.abs(random(i, *shape)) + np.float32(0.5) for i in range(inputs)]
    return Example(fed, [(shape, np.float32)], options)


def _compare() -> Example:
    return Example([random(0, *SMALL), random(1, *SMALL)], [(SMALL, BOOL)])


def _logical(count: int) -> Example:
    return Example([random(i, *SMALL) > 0 for i in range(count)], [(SMALL, BOOL)])


def _reduce(**options: Any) -> Example:
    return Example([random(0, *SMALL), Fixed(np.int32([1]))], [((2,), np.float32)], options)


def _reduce_bool() -> Example:
    return Example([random(0, *SMALL) > 0, Fixed(np.int32([1]))], [((2,), BOOL)])


def _constants(x: np.ndarray, shape: tuple[int, ...], *values: Any, **options: Any) -> Example:
    """x, then constant int32 operands."""
    return Example([x, *(Fixed(np.asarray(v, INT32)) for v in values)], [(shape, x.dtype)], options)


def _pool() -> Example:
    options = {"stride_w": 2, "stride_h": 2, "filter_width": 2, "filter_height": 2}
    return Example([random(0, *IMAGE)], [((1, 2, 2, 2), np.float32)], options)


def _segments(*more: Any) -> Example:
    ids = Fixed(np.int32([0, 1]))
    return Example([random(0, *SMALL), ids, *more], [(SMALL, np.float32)])


def _variable(name: str, *shape: int) -> Value:
    return tensor(name, shape, is_variable=True)


def _weights(*shape: int) -> Fixed:
    return Fixed(random(sum(shape), *shape))


def _lstm(cells: int = 3, depth: int = 2) -> tuple[Any, ...]:
    """Operands 1 to 19: weights of four gates, no peephole, biases, no projection, states."""
    gates = [_weights(cells, depth) for _ in range(4)]
    recurrent = [_weights(cells, cells) for _ in range(4)]
    biases = [_weights(cells) for _ in range(4)]
    states = (_variable("h", 1, cells), _variable("c", 1, cells))
    return (*gates, *recurrent, None, None, None, *biases, None, None, *states)


def _bidirectional_lstm(cells: int = 3, depth: int = 2) -> tuple[Any, ...]:
    one = _lstm(cells, depth)[:-2]
    states = [_variable(f"s{i}", 1, cells) for i in range(4)]
    return (*one, *one, *states, *[None] * 9)


def _bidirectional_rnn(units: int = 3, depth: int = 2) -> tuple[Any, ...]:
    def one(i: int) -> tuple[Any, ...]:
        return (
            _weights(units, depth),
            _weights(units, units),
            _weights(units),
            _variable(f"h{i}", 1, units),
        )

    return (*one(0), *one(1), *[None] * 3)


_UNARY = (
    "ABS",
    "CEIL",
    "COS",
    "ELU",
    "EXP",
    "FLOOR",
    "GELU",
    "HARD_SWISH",
    "L2_NORMALIZATION",
    "LEAKY_RELU",
    "LOG",
    "LOGISTIC",
    "LOG_SOFTMAX",
    "NEG",
    "RELU",
    "RELU6",
    "RELU_0_TO_1",
    "RELU_N1_TO_1",
    "ROUND",
    "RSQRT",
    "SIGN",
    "SIN",
    "SQRT",
    "SQUARE",
    "TANH",
    "ZEROS_LIKE",
)
_BINARY = (
    "ADD",
    "ADD_N",
    "ATAN2",
    "DIV",
    "FLOOR_DIV",
    "FLOOR_MOD",
    "MAXIMUM",
    "MINIMUM",
    "MUL",
    "POW",
    "PRELU",
    "SQUARED_DIFFERENCE",
    "SUB",
)
_CONV = {"stride_w": 1, "stride_h": 1}
_BOXES = np.float32([[0, 0, 1, 1], [0, 0.1, 1, 1.1], [2, 2, 3, 3]])
_SCORES = np.float32([0.9, 0.8, 0.7])

EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        **{name: _floats() for name in _UNARY},
        **{name: _floats(inputs=2) for name in _BINARY},
        **{
            name: _compare()
            for name in ["EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL", "NOT_EQUAL"]
        },
        **{name: _logical(2) for name in ("LOGICAL_AND", "LOGICAL_OR")},
        **{name: _pool() for name in ("AVERAGE_POOL_2D", "L2_POOL_2D", "MAX_POOL_2D")},
        **{name: _reduce_bool() for name in ("REDUCE_ALL", "REDUCE_ANY")},
        **{name: _reduce() for name in ("MEAN", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "SUM")},
        **{
            name: Example(
                [random(0, *SMALL), Fixed(np.int32(1))],
                [((2,), INT32)],
                {"output_type": "INT32"},
            )
            for name in ("ARG_MAX", "ARG_MIN")
        },
        **{
            name: _segments(Fixed(np.int32(2)))
            for name in (
                "UNSORTED_SEGMENT_MAX",
                "UNSORTED_SEGMENT_MIN",
                "UNSORTED_SEGMENT_PROD",
                "UNSORTED_SEGMENT_SUM",
            )
        },
        "BATCH_MATMUL": Example([random(0, 2, 3), random(1, 3, 4)], [((2, 4), np.float32)]),
        "BATCH_TO_SPACE_ND": _constants(
            random(0, 4, 1, 1, 2), (1, 2, 2, 2), [2, 2], [[0, 0], [0, 0]]
        ),
        "BIDIRECTIONAL_SEQUENCE_LSTM": Example(
            [random(0, 2, 1, 2), *_bidirectional_lstm()],
            [((2, 1, 6), np.float32)],
            {"fused_activation_function": "TANH", "time_major": True, "merge_outputs": True},
        ),
        "BIDIRECTIONAL_SEQUENCE_RNN": Example(
            [random(0, 2, 1, 2), *_bidirectional_rnn()],
            [((2, 1, 6), np.float32)],
            {"fused_activation_function": "TANH", "time_major": True, "merge_outputs": True},
        ),
        "BITCAST": Example([random(0, *SMALL)], [(SMALL, INT32)]),
        "BITWISE_XOR": Example([integers(0, *SMALL), integers(1, *SMALL)], [(SMALL, INT32)]),
        "BROADCAST_ARGS": Example([np.int32([2, 1]), np.int32([1, 3])], [((2,), INT32)]),
        "BROADCAST_TO": _constants(random(0, 1, 3), SMALL, SMALL),
        "BUCKETIZE": Example([random(0, *SMALL)], [(SMALL, INT32)], {"boundaries": (-1.0, 1.0)}),
        "CAST": Example([random(0, *SMALL)], [(SMALL, INT32)]),
        "CONCATENATION": Example(
            [random(0, *SMALL), random(1, *SMALL)], [((4, 3), np.float32)], {"axis": 0}
        ),
        "CONV_2D": Example(
            [random(0, *IMAGE), _weights(3, 2, 2, 2), _weights(3)],
            [((1, 4, 4, 3), np.float32)],
            _CONV,
        ),
        "CONV_3D": Example(
            [random(0, 1, 2, 2, 2, 2), _weights(1, 2, 2, 2, 3), _weights(3)],
            [((1, 2, 2, 2, 3), np.float32)],
            {**_CONV, "stride_d": 1},
        ),
        "CONV_3D_TRANSPOSE": Example(
            [Fixed(np.int32([1, 2, 2, 2, 3])), _weights(1, 2, 2, 3, 2), random(0, 1, 2, 2, 2, 2)],
            [((1, 2, 2, 2, 3), np.float32)],
            {**_CONV, "stride_d": 1},
        ),
        "CUMSUM": Example([random(0, *SMALL), Fixed(np.int32(1))], [(SMALL, np.float32)]),
        "DEPTHWISE_CONV_2D": Example(
            [random(0, *IMAGE), _weights(1, 2, 2, 2), _weights(2)],
            [(IMAGE, np.float32)],
            {**_CONV, "depth_multiplier": 1},
        ),
        "DEPTH_TO_SPACE": Example(
            [random(0, 1, 2, 2, 4)], [((1, 4, 4, 1), np.float32)], {"block_size": 2}
        ),
        "DILATE": Example(
            [random(0, *SMALL), Fixed(np.int32([2, 1])), Fixed(np.float32(0))],
            [((3, 3), np.float32)],
        ),
        "DYNAMIC_UPDATE_SLICE": Example(
            [random(0, 4, 3), random(1, *SMALL), Fixed(np.int32([1, 0]))], [((4, 3), np.float32)]
        ),
        "EMBEDDING_LOOKUP": Example([np.int32([1, 0]), random(0, 4, 3)], [(SMALL, np.float32)]),
        "EMBEDDING_LOOKUP_SPARSE": Example(
            [
                *(np.int32([1, 0, 2]), Fixed(np.int32([[0, 0], [1, 0], [1, 1]]))),
                *(Fixed(np.int32([2, 2])), random(0, 3), random(1, 4, 3)),
            ],
            [(SMALL, np.float32)],
            {"combiner": "SUM"},
        ),
        "EXPAND_DIMS": _constants(random(0, *SMALL), (1, 2, 3), 0),
        "FAKE_QUANT": _floats(min=-1.0, max=1.0, num_bits=8),
        "FILL": Example(
            [Fixed(np.int32(SMALL)), np.asarray(1.5, np.float32)], [(SMALL, np.float32)]
        ),
        "FULLY_CONNECTED": Example(
            [random(0, *SMALL), _weights(4, 3), _weights(4)], [((2, 4), np.float32)]
        ),
        "GATHER": _constants(random(0, 4, 3), SMALL, [3, 0], axis=0),
        "GATHER_ND": _constants(random(0, 4, 3), SMALL, [[3], [0]]),
        "HASHTABLE_LOOKUP": Example(
            [np.int32([7, 3]), Fixed(np.int32([3, 5, 7])), random(0, 3, 3)],
            [(SMALL, np.float32), ((2,), np.uint8)],
        ),
        "LOCAL_RESPONSE_NORMALIZATION": _floats(IMAGE, radius=1, bias=1.0, alpha=1.0, beta=0.5),
        "LOGICAL_NOT": _logical(1),
        "LSH_PROJECTION": Example(
            [_weights(2, 3), random(0, *SMALL), _weights(2)], [((2,), INT32)], {"type": "SPARSE"}
        ),
        "LSTM": Example(
            [random(0, 1, 2), *_lstm()],
            [((1, 3), np.float32)],
            {"fused_activation_function": "TANH"},
        ),
        "MATRIX_DIAG": Example([random(0, *SMALL)], [((2, 3, 3), np.float32)]),
        "MATRIX_SET_DIAG": Example(
            [random(0, 2, 3, 3), random(1, *SMALL)], [((2, 3, 3), np.float32)]
        ),
        "MULTINOMIAL": Example(
            [random(0, *SMALL), Fixed(np.int32(2))], [((2, 2), INT32)], {"seed": 1, "seed2": 2}
        ),
        "MIRROR_PAD": _constants(random(0, *SMALL), (4, 3), [[1, 1], [0, 0]]),
        "NON_MAX_SUPPRESSION_V4": Example(
            [
                _BOXES,
                _SCORES,
                *map(Fixed, (np.int32(2), np.float32(0.5), np.float32(0.0))),
            ],
            [((2,), INT32), ((), INT32)],
        ),
        "NON_MAX_SUPPRESSION_V5": Example(
            [
                _BOXES,
                _SCORES,
                *map(Fixed, (np.int32(2), np.float32(0.5), np.float32(0), np.float32(0.5))),
            ],
            [((2,), INT32), ((2,), np.float32), ((), INT32)],
        ),
        "ONE_HOT": Example(
            [
                np.int32([1, 0]),
                Fixed(np.int32(3)),
                Fixed(np.float32(1)),
                Fixed(np.float32(0)),
            ],
            [(SMALL, np.float32)],
            {"axis": -1},
        ),
        "PACK": Example(
            [random(0, *SMALL), random(1, *SMALL)],
            [((2, 2, 3), np.float32)],
            {"values_count": 2, "axis": 0},
        ),
        "PAD": _constants(random(0, *SMALL), (4, 3), [[1, 1], [0, 0]]),
        "PADV2": Example(
            [random(0, *SMALL), Fixed(np.int32([[1, 1], [0, 0]])), Fixed(np.float32(7))],
            [((4, 3), np.float32)],
        ),
        **{
            name: Example([Fixed(np.int32(SMALL))], [(SMALL, np.float32)], {"seed": 1, "seed2": 2})
            for name in ("RANDOM_STANDARD_NORMAL", "RANDOM_UNIFORM")
        },
        "RANGE": Example([np.asarray(v, np.float32) for v in (0, 3, 1)], [((3,), np.float32)]),
        "RANK": Example([random(0, *SMALL)], [((), INT32)]),
        "REDUCE_WINDOW": Example(
            [
                random(0, 4, 3),
                Fixed(np.float32(0)),
                *(Fixed(np.int64(v)) for v in ([2, 1], [2, 1], [1, 1])),
            ],
            [(SMALL, np.float32)],
            {"reduce_function": "ADD"},
        ),
        "RESHAPE": _constants(random(0, *SMALL), (3, 2), [3, 2]),
        "RESIZE_BILINEAR": _constants(random(0, *IMAGE), (1, 3, 5, 2), [3, 5]),
        "RESIZE_NEAREST_NEIGHBOR": _constants(random(0, *IMAGE), (1, 3, 5, 2), [3, 5]),
        "REVERSE_SEQUENCE": _constants(random(0, *SMALL), SMALL, [2, 3], seq_dim=1, batch_dim=0),
        "REVERSE_V2": _constants(random(0, *SMALL), SMALL, [1]),
        "RFFT2D": Example([random(0, 4, 4), Fixed(np.int32([4, 4]))], [((4, 3), np.complex64)]),
        "RIGHT_SHIFT": Example([np.int32([8, 9]), np.int32([1, 2])], [((2,), INT32)]),
        "RNN": Example(
            [random(0, 1, 2), _weights(3, 2), _weights(3, 3), _weights(3), _variable("h", 1, 3)],
            [((1, 3), np.float32)],
            {"fused_activation_function": "TANH"},
        ),
        "SCATTER_ND": Example(
            [Fixed(np.int32([[1], [3]])), random(0, *SMALL), Fixed(np.int32([4, 3]))],
            [((4, 3), np.float32)],
        ),
        "SEGMENT_SUM": _segments(),
        "SELECT": Example(
            [random(0, *SMALL) > 0, random(1, *SMALL), random(2, *SMALL)], [(SMALL, np.float32)]
        ),
        "SELECT_V2": Example(
            [random(0, 3) > 0, random(1, *SMALL), random(2, 1, 3)], [(SMALL, np.float32)]
        ),
        "SHAPE": Example([random(0, *SMALL)], [((2,), INT32)], {"out_type": "INT32"}),
        "SKIP_GRAM": Example(
            [np.array([b"a small model"], object)],
            [((3,), object)],
            {"ngram_size": 2, "max_skip_size": 1, "include_all_ngrams": False},
        ),
        "SLICE": _constants(random(0, 4, 3), SMALL, [1, 0], [2, -1]),
        "SOFTMAX": _floats(beta=1.0),
        "SPACE_TO_BATCH_ND": _constants(
            random(0, 1, 2, 2, 2), (4, 1, 1, 2), [2, 2], [[0, 0], [0, 0]]
        ),
        "SPACE_TO_DEPTH": Example(
            [random(0, *IMAGE)], [((1, 2, 2, 8), np.float32)], {"block_size": 2}
        ),
        "SPARSE_TO_DENSE": Example(
            [
                Fixed(np.int32([[0, 1], [1, 2]])),
                Fixed(np.int32(SMALL)),
                random(0, 2),
                Fixed(np.float32(0)),
            ],
            [(SMALL, np.float32)],
        ),
        "SPLIT": Example(
            [Fixed(np.int32(0)), random(0, *SMALL)],
            [((1, 3), np.float32), ((1, 3), np.float32)],
            {"num_splits": 2},
        ),
        "SPLIT_V": Example(
            [random(0, *SMALL), Fixed(np.int32([1, -1])), Fixed(np.int32(1))],
            [((2, 1), np.float32), ((2, 2), np.float32)],
            {"num_splits": 2},
        ),
        "SQUEEZE": Example([random(0, 1, *SMALL)], [(SMALL, np.float32)], {"squeeze_dims": (0,)}),
        "STRIDED_SLICE": _constants(random(0, 4, 3), SMALL, [0, 0], [4, 3], [2, 1], end_mask=2),
        "SVDF": Example(
            [random(0, 1, 2), _weights(4, 2), _weights(4, 3), None, _variable("s", 1, 12)],
            [((1, 2), np.float32)],
            {"rank": 2},
        ),
        "TILE": _constants(random(0, *SMALL), (4, 3), [2, 1]),
        "TOPK_V2": Example(
            [random(0, *SMALL), Fixed(np.int32(2))], [((2, 2), np.float32), ((2, 2), INT32)]
        ),
        "TRANSPOSE": _constants(random(0, *SMALL), (3, 2), [1, 0]),
        "TRANSPOSE_CONV": Example(
            [Fixed(np.int32([1, 8, 8, 3])), _weights(3, 2, 2, 2), random(0, *IMAGE)],
            [((1, 8, 8, 3), np.float32)],
            {"stride_w": 2, "stride_h": 2},
        ),
        "UNIDIRECTIONAL_SEQUENCE_LSTM": Example(
            [random(0, 2, 1, 2), *_lstm()],
            [((2, 1, 3), np.float32)],
            {"fused_activation_function": "TANH", "time_major": True},
        ),
        "UNIDIRECTIONAL_SEQUENCE_RNN": Example(
            [
                random(0, 2, 1, 2),
                *(_weights(3, 2), _weights(3, 3), _weights(3)),
                _variable("h", 1, 3),
            ],
            [((2, 1, 3), np.float32)],
            {"fused_activation_function": "TANH", "time_major": True},
        ),
        "UNIQUE": Example(
            [random(0, 6)], [((6,), np.float32), ((6,), INT32)], {"idx_out_type": "INT32"}
        ),
        "UNPACK": Example(
            [random(0, *SMALL)],
            [((3,), np.float32), ((3,), np.float32)],
            {"num": 2, "axis": 0},
        ),
        "WHERE": Example([random(0, *SMALL) > 0], [((4, 2), INT64)]),
        # Quantized ones: what moves between floats and integers.
        "DEQUANTIZE": Example(
            [tensor("in0", SMALL, "INT8", quantization=quantization(0.5, 3))],
            [(SMALL, np.float32)],
        ),
    }
)
"""Operator name -> its example."""


def hybrid_convolution() -> Model:
    """CONV_2D with int8 weights, a scale for each channel."""
    weights = constant_value(
        "w", integers(0, 3, 2, 2, 2, dtype=INT8), quantization=quantization([0.1, 0.2, 0.3])
    )
    outputs = [np.zeros((1, 4, 4, 3), np.float32)]
    return operator_model("CONV_2D", [random(0, *IMAGE), weights, _weights(3)], outputs, _CONV)


def hybrid_fully_connected() -> Model:
    """FULLY_CONNECTED with int4 weights."""
    weights = constant_value(
        "w",
        integers(0, 4, 4, low=-7, high=8, dtype=INT8),
        "INT4",
        quantization=quantization([0.1, 0.2, 0.3, 0.4]),
    )
    outputs = [np.zeros((2, 4), np.float32)]
    return operator_model("FULLY_CONNECTED", [random(0, 2, 4), weights, None], outputs)
