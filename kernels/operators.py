"""The operator table: every per-operator fact, in one place.

The interpreter takes the kernel from it, the quantizer the weight operands and what each
target runtime does with int8 weights, the documentation all of it. No other file tests an
operator's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kernels.node import Prepare

HYBRID = "hybrid"
"""The operator's kernel reads the int8 weight itself and quantizes its activations."""
DEQUANTIZE = "dequantize"
"""The weight is stored as int8 and a DEQUANTIZE makes it float, once, at load."""
PASS_THROUGH = "pass through"
"""The operator only moves values: its output becomes int8 and a DEQUANTIZE follows it."""
FLOAT = "float"
"""The target has no way to take an int8 weight here."""

LITERT, LITERT_BUILTIN, TFLITE_MICRO, REFERENCE = TARGET_RUNTIMES = (
    "litert",
    "litert_builtin",
    "tflite_micro",
    "reference",
)
"""LiteRT with XNNPACK (its default), LiteRT without delegates, TFLite Micro, and TFLite's
reference kernels."""


@dataclass(frozen=True)
class Weight:
    """A constant operand that may be stored as int8; ``axis`` is its channel dimension
    (None: one scale for the tensor)."""

    operand: int
    axis: int | None = None


@dataclass(frozen=True)
class Int8:
    """What the operator does with int8 weights (facts: tfl_ops.td, quantize_weights.cc).

    ``use`` maps a target runtime to HYBRID, DEQUANTIZE, PASS_THROUGH or FLOAT. ``version``
    is the operator version that declares int8 weights (``grouped_version`` for a grouped
    convolution) and ``min_runtime`` the TensorFlow release that first had it.
    ``all_or_nothing``: the kernel wants every weight int8 or none.
    """

    weights: tuple[Weight, ...]
    use: Mapping[str, str]
    version: int
    min_runtime: str
    all_or_nothing: bool = False
    grouped_version: int | None = None


@dataclass(frozen=True)
class OperatorFacts:
    """Everything the project knows of one builtin operator."""

    kernel: Prepare | None = None
    int8: Int8 | None = None


def _targets(
    litert: str, litert_builtin: str, tflite_micro: str, reference: str
) -> Mapping[str, str]:
    uses = (litert, litert_builtin, tflite_micro, reference)
    return MappingProxyType(dict(zip(TARGET_RUNTIMES, uses, strict=True)))


# TFLite Micro has no hybrid kernels (tflite-micro#757) but it has DEQUANTIZE.
_HYBRID = _targets(HYBRID, HYBRID, DEQUANTIZE, HYBRID)
# XNNPACK delegates no hybrid DEPTHWISE_CONV_2D: it falls back to a kernel half as fast as float.
_HYBRID_BUT_XNNPACK = _targets(DEQUANTIZE, HYBRID, DEQUANTIZE, HYBRID)
_PASS_THROUGH = _targets(PASS_THROUGH, PASS_THROUGH, PASS_THROUGH, PASS_THROUGH)


def _weights(*operands: int) -> tuple[Weight, ...]:
    return tuple(Weight(operand) for operand in operands)


_LSTM = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16)
_BIDIRECTIONAL_LSTM = (*_LSTM, *range(18, 29), 33, *range(40, 48))

OPERATORS: Mapping[str, OperatorFacts] = MappingProxyType(
    {
        "BATCH_MATMUL": OperatorFacts(int8=Int8(_weights(1), _HYBRID, 4, "2.3.0")),
        "BIDIRECTIONAL_SEQUENCE_LSTM": OperatorFacts(
            int8=Int8(_weights(*_BIDIRECTIONAL_LSTM), _HYBRID, 3, "1.14.0", all_or_nothing=True)
        ),
        "BIDIRECTIONAL_SEQUENCE_RNN": OperatorFacts(
            int8=Int8(
                _weights(1, 2, 4, 5, 6, 8, 9, 10, 11), _HYBRID, 3, "2.3.0", all_or_nothing=True
            )
        ),
        "CONV_2D": OperatorFacts(
            int8=Int8((Weight(1, axis=0),), _HYBRID, 5, "2.4.0", grouped_version=6)
        ),
        "DEPTHWISE_CONV_2D": OperatorFacts(
            int8=Int8((Weight(1, axis=3),), _HYBRID_BUT_XNNPACK, 6, "2.3.0")
        ),
        "EMBEDDING_LOOKUP": OperatorFacts(int8=Int8((Weight(1, axis=0),), _HYBRID, 3, "1.14.0")),
        "FULLY_CONNECTED": OperatorFacts(int8=Int8((Weight(1, axis=0),), _HYBRID, 12, "2.17.0")),
        "GATHER": OperatorFacts(int8=Int8(_weights(0), _PASS_THROUGH, 2, "1.14.0")),
        "LSTM": OperatorFacts(
            int8=Int8(_weights(*_LSTM), _HYBRID, 4, "2.3.0", all_or_nothing=True)
        ),
        "RNN": OperatorFacts(int8=Int8(_weights(1, 2), _HYBRID, 3, "2.3.0", all_or_nothing=True)),
        "SVDF": OperatorFacts(int8=Int8(_weights(1, 2), _HYBRID, 4, "2.3.0", all_or_nothing=True)),
        "TRANSPOSE_CONV": OperatorFacts(int8=Int8((Weight(1, axis=0),), _HYBRID, 2, "2.3.0")),
        "UNIDIRECTIONAL_SEQUENCE_LSTM": OperatorFacts(
            int8=Int8(_weights(*_LSTM), _HYBRID, 3, "2.3.0", all_or_nothing=True)
        ),
        "UNIDIRECTIONAL_SEQUENCE_RNN": OperatorFacts(
            int8=Int8(_weights(1, 2), _HYBRID, 3, "2.3.0", all_or_nothing=True)
        ),
    }
)
"""Builtin operator name (the schema's) -> its facts."""
