"""What each operator does with int8 weights: the quantizer's half of the operator table.

``kernels.operators`` joins it to the kernels; no other file tests an operator's name.
Sources: LiteRT's ``tfl_ops.td`` and ``quantize_weights.cc`` (weights and axes),
``op_version.cc`` and ``runtime_version.cc`` (versions), its kernels and its XNNPACK delegate
(use and cautions), tflite-micro's kernels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

HYBRID = "hybrid"
"""The operator's kernel reads the int8 weight itself and quantizes its activations."""
DEQUANTIZE = "dequantize"
"""The weight is stored as int8 and a DEQUANTIZE makes it float, once, at load."""
PASS_THROUGH = "pass through"
"""The operator only moves values: its output becomes int8 and a DEQUANTIZE follows it."""
FLOAT = "float"
"""The target has no way to take an int8 weight here."""

OUTPUT = -1
"""Stands for the output among the operands."""

LITERT, LITERT_BUILTIN, TFLITE_MICRO, REFERENCE = TARGET_RUNTIMES = (
    "litert",
    "litert_builtin",
    "tflite_micro",
    "reference",
)
"""LiteRT with XNNPACK (its default), LiteRT without delegates, TFLite Micro, and TFLite's
reference kernels."""

PER_TENSOR_TARGETS = frozenset({TFLITE_MICRO})
"""Targets whose DEQUANTIZE and EMBEDDING_LOOKUP read one scale and ignore the others."""


@dataclass(frozen=True)
class Weight:
    """A constant operand that may be stored as int8; ``axis`` is its channel dimension
    (None: one scale for the tensor)."""

    operand: int
    axis: int | None = None


@dataclass(frozen=True)
class Version:
    """An operator version and the TensorFlow release whose runtime first had it."""

    number: int
    runtime: str


@dataclass(frozen=True)
class Caution:
    """When the hybrid kernels of ``targets`` crash or compute wrongly: a DEQUANTIZE must feed
    them. It holds if operand ``absent`` is absent, or an operand's rank is over ``above_rank``.
    """

    targets: frozenset[str]
    reason: str
    absent: int | None = None
    above_rank: int | None = None


@dataclass(frozen=True)
class Int8:
    """What one operator does with int8 weights.

    ``use`` maps a target runtime to HYBRID, DEQUANTIZE, PASS_THROUGH or FLOAT.
    ``version`` declares an int8 weight with one scale that the operator reads itself,
    ``per_channel`` one with a scale per channel, ``grouped`` that of a grouped convolution.
    ``biases`` are the operands that its kernels read as float32 whatever the weights are.
    ``all_or_nothing``: the hybrid kernel wants every weight int8 or none.
    ``needs_axis``: the hybrid kernel wants a scale per channel.
    ``asymmetric``: its options have ``asymmetric_quantize_inputs``, which the hybrid form sets.
    ``requires``: option values without which no weight may be int8.
    ``rows_of``: the operand whose rows, or ``OUTPUT``, the weights are multiplied with; None
    where they are not multiplied.
    """

    weights: tuple[Weight, ...]
    use: Mapping[str, str]
    version: Version | None = None
    per_channel: Version | None = None
    grouped: Version | None = None
    biases: tuple[int, ...] = ()
    all_or_nothing: bool = False
    needs_axis: bool = False
    asymmetric: bool = False
    cautions: tuple[Caution, ...] = ()
    requires: Mapping[str, int] = field(default_factory=dict)
    rows_of: int | None = OUTPUT


def _targets(
    litert: str, litert_builtin: str, tflite_micro: str, reference: str
) -> Mapping[str, str]:
    uses = (litert, litert_builtin, tflite_micro, reference)
    return MappingProxyType(dict(zip(TARGET_RUNTIMES, uses, strict=True)))


# TFLite Micro has no hybrid kernels (tflite-micro#757) but it has DEQUANTIZE.
_HYBRID = _targets(HYBRID, HYBRID, DEQUANTIZE, HYBRID)
# XNNPACK delegates no hybrid DEPTHWISE_CONV_2D: it falls back to a kernel half as fast as float.
_HYBRID_BUT_XNNPACK = _targets(DEQUANTIZE, HYBRID, DEQUANTIZE, HYBRID)
_HYBRID_EVERYWHERE = _targets(HYBRID, HYBRID, HYBRID, HYBRID)
_HYBRID_BUT_MICRO = _targets(HYBRID, HYBRID, FLOAT, HYBRID)
_DEQUANTIZE_BUT_MICRO = _targets(DEQUANTIZE, DEQUANTIZE, FLOAT, DEQUANTIZE)
_PASS_THROUGH = _targets(PASS_THROUGH, PASS_THROUGH, PASS_THROUGH, PASS_THROUGH)

_BUILTIN_KERNELS = frozenset({LITERT_BUILTIN, REFERENCE})
_BIASLESS_DEPTHWISE = Caution(
    frozenset({LITERT, LITERT_BUILTIN}),
    "the hybrid DEPTHWISE_CONV_2D without a bias crashes LiteRT",
    absent=2,
)
_BATCHED_MATMUL = Caution(
    _BUILTIN_KERNELS,
    "the hybrid BATCH_MATMUL of rank 4 and more is wrong in TFLite's own kernels",
    above_rank=3,
)


def _weights(*operands: int) -> tuple[Weight, ...]:
    return tuple(Weight(operand) for operand in operands)


_LSTM_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16)
_LSTM_BIASES = (12, 13, 14, 15, 17, 20, 21, 22, 23)


def _recurrent(
    weights: tuple[int, ...],
    biases: tuple[int, ...],
    version: Version,
    requires: Mapping[str, int] = MappingProxyType({}),
) -> Int8:
    return Int8(
        _weights(*weights),
        _HYBRID_BUT_MICRO,
        version,
        biases=biases,
        all_or_nothing=True,
        asymmetric=True,
        requires=requires,
        rows_of=0,
    )


INT8: Mapping[str, Int8] = MappingProxyType(
    {
        "BATCH_MATMUL": Int8(
            _weights(1), _HYBRID, Version(4, "2.5.0"), asymmetric=True, cautions=(_BATCHED_MATMUL,)
        ),
        "BIDIRECTIONAL_SEQUENCE_LSTM": _recurrent(
            (*_LSTM_WEIGHTS, *range(18, 29), 33, *range(40, 48)),
            (12, 13, 14, 15, 17, 29, 30, 31, 32, 34),
            Version(3, "1.14.0"),
        ),
        # The legacy pass also lists 4, 8 and 9: the hidden states and the auxiliary input.
        "BIDIRECTIONAL_SEQUENCE_RNN": _recurrent((1, 2, 5, 6, 10, 11), (3, 7), Version(3, "2.3.0")),
        "CONV_2D": Int8(
            (Weight(1, axis=0),),
            _HYBRID,
            Version(2, "1.14.0"),
            per_channel=Version(5, "2.4.0"),
            grouped=Version(6, "2.9.0"),
            biases=(2,),
        ),
        "CONV_3D": Int8((Weight(1, axis=4),), _DEQUANTIZE_BUT_MICRO, biases=(2,)),
        "CONV_3D_TRANSPOSE": Int8(
            (Weight(1, axis=3),), _DEQUANTIZE_BUT_MICRO, biases=(3,), rows_of=2
        ),
        "DEPTHWISE_CONV_2D": Int8(
            (Weight(1, axis=3),),
            _HYBRID_BUT_XNNPACK,
            Version(4, "2.2.0"),
            per_channel=Version(6, "2.3.0"),
            biases=(2,),
            needs_axis=True,
            cautions=(_BIASLESS_DEPTHWISE,),
        ),
        "EMBEDDING_LOOKUP": Int8(
            (Weight(1, axis=0),),
            _HYBRID_EVERYWHERE,
            Version(3, "1.14.0"),
            per_channel=Version(4, "2.18.0"),
            rows_of=None,
        ),
        "FULLY_CONNECTED": Int8(
            (Weight(1, axis=0),),
            _HYBRID,
            Version(9, "2.3.0"),
            per_channel=Version(12, "2.17.0"),
            biases=(2,),
            asymmetric=True,
        ),
        "GATHER": Int8(_weights(0), _PASS_THROUGH, Version(2, "1.14.0"), rows_of=None),
        "LSTM": _recurrent(
            _LSTM_WEIGHTS, _LSTM_BIASES, Version(4, "2.3.0"), MappingProxyType({"kernel_type": 0})
        ),
        "RNN": _recurrent((1, 2), (3,), Version(3, "2.3.0")),
        "SVDF": Int8(
            _weights(1, 2),
            _HYBRID,
            Version(4, "2.3.0"),
            biases=(3,),
            all_or_nothing=True,
            asymmetric=True,
            rows_of=0,
        ),
        "TRANSPOSE_CONV": Int8(
            (Weight(1, axis=0),), _HYBRID, Version(2, "2.2.0"), biases=(3,), rows_of=2
        ),
        "UNIDIRECTIONAL_SEQUENCE_LSTM": _recurrent(
            _LSTM_WEIGHTS,
            _LSTM_BIASES,
            Version(3, "2.3.0"),
            MappingProxyType({"diagonal_recurrent_tensors": 0}),
        ),
        "UNIDIRECTIONAL_SEQUENCE_RNN": _recurrent((1, 2), (3,), Version(3, "2.3.0")),
    }
)
"""Builtin operator name (the schema's) -> what it does with int8 weights."""


def is_bias(operator: str, operand: int) -> bool:
    """Whether the kernels of a builtin operator read the operand as float32 whatever the weights
    are."""
    facts = INT8.get(operator)
    return facts is not None and operand in facts.biases
