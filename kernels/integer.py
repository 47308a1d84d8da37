"""What each operator does with quantized activations: the operator table's third part.

``kernels.operators`` joins it to the kernels and to ``kernels.int8``; no other file tests an
operator's name. Activations are the float operands that are neither weight nor bias, and the
float outputs. Sources: LiteRT's ``op_version.cc`` and ``runtime_version.cc`` (versions), its
kernels (constraints on scales, measured by the conformance suite), ``tfl_ops.td`` (fixed
outputs); TFLite Micro's interpreter, asked with the models of that suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kernels.int8 import REFERENCE, TFLITE_MICRO, Version, Weight

INT8, INT16 = "INT8", "INT16"


@dataclass(frozen=True)
class Fixed:
    """The quantization of an output that a kernel prescribes."""

    scale: float
    zero_point: int


@dataclass(frozen=True)
class Integer:
    """What one operator does with quantized activations.

    ``versions``: type of the activations -> the version that declares it. ``micro``: those that
    TFLite Micro's kernels take. ``weight``: its symmetric int8 operand, ``bias``: the operand
    of accumulators. ``per_channel``: the version of a weight with a scale per channel, where it
    is another. ``grouped``: that of a grouped convolution. ``same_scale``: all activations have
    one scale and zero point, for TFLite Micro only if ``same_scale_micro``. ``fixed``: type ->
    the quantization of its outputs. ``options``: type -> fields that its form sets.
    ``absent``: targets without the kernel, or with a wrong one. ``int32_micro``: TFLite Micro
    takes and makes no indices of 64 bits.
    """

    versions: Mapping[str, Version]
    micro: tuple[str, ...] = ()
    weight: Weight | None = None
    bias: int | None = None
    per_channel: Version | None = None
    grouped: Version | None = None
    same_scale: bool = False
    same_scale_micro: bool = False
    fixed: Mapping[str, Fixed] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    int32_micro: bool = False

    @property
    def weight_operand(self) -> int | None:
        """The operand that is the weight, if there is one."""
        return None if self.weight is None else self.weight.operand

    def takes(self, element_type: str, target: str) -> bool:
        """Whether the target runtime has a kernel for activations of that type."""
        micro = target != TFLITE_MICRO or element_type in self.micro
        return element_type in self.versions and target not in self.absent and micro

    def shares_scale(self, target: str) -> bool:
        """Whether all activations must have one scale and zero point."""
        return self.same_scale or (self.same_scale_micro and target == TFLITE_MICRO)


def _versions(int8: Version | None, int16: Version | None) -> Mapping[str, Version]:
    given = {INT8: int8, INT16: int16}
    return MappingProxyType({name: version for name, version in given.items() if version})


_BOTH = (INT8, INT16)
_BYTES = (INT8,)
_FIRST = Version(2, "1.14.0")
"""What most operators declared int8 with."""


def _operator(
    int8: Version | None = _FIRST,
    int16: Version | None = None,
    micro: tuple[str, ...] = (),
    **facts: Any,
) -> Integer:
    return Integer(_versions(int8, int16), micro, **facts)


def _moves(
    int8: Version = _FIRST,
    int16: Version | None = None,
    micro: tuple[str, ...] = (),
    **facts: Any,
) -> Integer:
    """Of an operator that moves integers, or chooses among them."""
    return _operator(int8, int16, micro, same_scale=True, **facts)


def _fixed(int8: Fixed, int16: Fixed | None = None) -> Mapping[str, Fixed]:
    given = {INT8: int8, INT16: int16}
    return MappingProxyType({name: fixed for name, fixed in given.items() if fixed})


_PROBABILITY = _fixed(Fixed(1 / 256, -128), Fixed(1 / 32768, 0))
_UNSHIFTED = MappingProxyType({INT16: MappingProxyType({"pot_scale_int16": False})})
"""Scales that are no powers of two."""
_WITHOUT_REFERENCE = frozenset({REFERENCE})
_V1 = Version(1, "1.5.0")
_POOL = _moves(_FIRST, Version(3, "2.3.0"), _BOTH)
_PICK = _moves(_FIRST, Version(4, "2.3.0"), _BOTH)
_PADDING = _moves(_FIRST, Version(3, "2.4.0"), _BOTH)
_EXTREME = _moves(_FIRST, Version(3, "2.5.0"), _BYTES)
_ORDER = _operator(micro=_BYTES)
"""Comparisons; LiteRT's of int16 take different scales for one."""
_INDEX = _operator(micro=_BYTES, int32_micro=True)
_ANY_TYPE = _operator(_V1, _V1, _BOTH)

INTEGER: Mapping[str, Integer] = MappingProxyType(
    {
        "ABS": _operator(Version(2, "2.4.0"), Version(3, "2.5.0"), _BOTH),
        "ADD": _operator(_FIRST, Version(3, "2.4.0"), _BOTH, options=_UNSHIFTED),
        "ARG_MAX": _INDEX,
        "ARG_MIN": _INDEX,
        "AVERAGE_POOL_2D": _POOL,
        "BATCH_MATMUL": _operator(Version(2, "2.3.0"), Version(3, "2.4.0"), _BOTH),
        "BATCH_TO_SPACE_ND": _moves(micro=_BYTES),
        "BROADCAST_TO": _moves(Version(3, "2.5.0"), Version(3, "2.5.0"), _BOTH),
        "CONCATENATION": _moves(_FIRST, Version(3, "2.3.0"), _BOTH),
        "CONV_2D": _operator(
            Version(3, "1.14.0"),
            Version(4, "2.3.0"),
            _BOTH,
            weight=Weight(1, axis=0),
            bias=2,
            grouped=Version(6, "2.9.0"),
        ),
        "DEPTHWISE_CONV_2D": _operator(
            Version(3, "1.14.0"), Version(5, "2.3.0"), _BOTH, weight=Weight(1, axis=3), bias=2
        ),
        "DEPTH_TO_SPACE": _moves(Version(2, "2.5.0"), micro=_BYTES, absent=_WITHOUT_REFERENCE),
        "DYNAMIC_UPDATE_SLICE": _moves(Version(1, "2.9.0"), micro=_BYTES),
        "ELU": _operator(Version(1, "1.14.0"), micro=_BYTES, absent=_WITHOUT_REFERENCE),
        "EMBEDDING_LOOKUP": _moves(Version(1, "1.13.0"), micro=_BYTES),
        "EQUAL": _ORDER,
        "EXP": _operator(Version(2, "2.12.0"), Version(2, "2.12.0")),
        "EXPAND_DIMS": _moves(Version(1, "1.10.0"), Version(1, "1.10.0"), _BOTH),
        "FULLY_CONNECTED": _operator(
            Version(4, "1.14.0"),
            Version(7, "2.3.0"),
            _BOTH,
            weight=Weight(1, axis=0),
            bias=2,
            per_channel=Version(12, "2.17.0"),
        ),
        "GATHER": _moves(_FIRST, Version(4, "2.4.0"), _BYTES, int32_micro=True),
        "GATHER_ND": _moves(Version(1, "1.14.0"), Version(3, "2.5.0"), _BYTES, int32_micro=True),
        "GELU": _operator(Version(2, "2.9.0")),
        "GREATER": _ORDER,
        "GREATER_EQUAL": _ORDER,
        "HARD_SWISH": _operator(Version(1, "1.15.0"), micro=_BYTES),
        "L2_NORMALIZATION": _operator(micro=_BYTES, fixed=_fixed(Fixed(1 / 128, 0))),
        "LEAKY_RELU": _operator(Version(1, "1.13.1"), Version(2, "2.3.0"), _BOTH),
        "LESS": _ORDER,
        "LESS_EQUAL": _ORDER,
        "LOG": _operator(Version(2, "2.15.0"), Version(2, "2.15.0")),
        "LOGISTIC": _operator(_FIRST, Version(3, "2.3.0"), _BOTH, fixed=_PROBABILITY),
        "LOG_SOFTMAX": _operator(micro=_BYTES, fixed=_fixed(Fixed(1 / 16, 127))),
        "MAXIMUM": _PICK,
        "MAX_POOL_2D": _POOL,
        "MEAN": _operator(_FIRST, Version(3, "2.4.0"), _BOTH),
        "MINIMUM": _PICK,
        "MIRROR_PAD": _moves(Version(2, "2.3.0"), Version(3, "2.12.0"), _BYTES),
        "MUL": _operator(_FIRST, Version(4, "2.3.0"), _BOTH),
        "NOT_EQUAL": _ORDER,
        "PACK": _moves(_FIRST, Version(3, "2.3.0"), _BOTH),
        "PAD": _PADDING,
        "PADV2": _PADDING,
        "PRELU": _operator(Version(1, "1.8.0"), micro=_BYTES),
        "RANK": _operator(Version(1, "1.14.0"), Version(1, "1.14.0")),
        "REDUCE_MAX": _EXTREME,
        "REDUCE_MIN": _EXTREME,
        "RELU": _operator(Version(2, "2.1.0"), Version(3, "2.5.0"), _BOTH),
        # TFLite Micro's clamps the integers of its input and never rescales them.
        "RELU6": _operator(_FIRST, Version(3, "2.5.0"), _BOTH, same_scale_micro=True),
        "RELU_0_TO_1": _operator(Version(1, "2.10.0")),
        "RELU_N1_TO_1": _operator(_V1),
        "RESHAPE": _moves(_V1, _V1, _BOTH),
        "RESIZE_BILINEAR": _moves(_FIRST, Version(4, "2.5.0"), _BYTES),
        "RESIZE_NEAREST_NEIGHBOR": _moves(_FIRST, Version(4, "2.4.0"), _BOTH),
        "REVERSE_V2": _moves(Version(3, "2.5.0"), Version(3, "2.5.0"), _BOTH),
        # TFLite Micro's of int16 is far from LiteRT's.
        "RSQRT": _operator(Version(2, "2.5.0"), Version(3, "2.15.0"), _BYTES),
        "SELECT": _moves(_FIRST, _FIRST),
        "SELECT_V2": _moves(Version(1, "2.2.0"), Version(1, "2.2.0"), _BOTH),
        "SHAPE": _ANY_TYPE,
        "SLICE": _moves(_FIRST, Version(4, "2.4.0"), _BOTH),
        "SOFTMAX": _operator(_FIRST, Version(3, "2.3.0"), _BOTH, fixed=_PROBABILITY),
        # TFLite Micro's pads with another number than 0.
        "SPACE_TO_BATCH_ND": _moves(),
        "SPACE_TO_DEPTH": _moves(micro=_BYTES),
        "SPLIT": _moves(_FIRST, Version(4, "2.3.0"), _BOTH),
        "SPLIT_V": _moves(Version(2, "2.3.0"), Version(2, "2.3.0"), _BOTH),
        "SQRT": _operator(Version(1, "1.10.0"), Version(1, "1.10.0")),
        "SQUARED_DIFFERENCE": _operator(Version(2, "2.5.0"), micro=_BYTES),
        "SQUEEZE": _moves(Version(1, "1.6.0"), Version(1, "1.6.0"), _BOTH),
        "STRIDED_SLICE": _moves(_FIRST, _FIRST, _BOTH),
        "SUB": _operator(_FIRST, Version(5, "2.4.0"), _BOTH, options=_UNSHIFTED),
        # The reference kernel reads its sums as another type.
        "SUM": _operator(
            Version(2, "1.15.0"), Version(2, "1.15.0"), _BOTH, absent=_WITHOUT_REFERENCE
        ),
        "TANH": _operator(
            _FIRST,
            Version(3, "2.3.0"),
            _BOTH,
            fixed=_fixed(Fixed(1 / 128, 0), Fixed(1 / 32768, 0)),
        ),
        "TILE": _moves(Version(3, "2.8.0"), Version(3, "2.8.0"), absent=_WITHOUT_REFERENCE),
        "TOPK_V2": _moves(),
        "TRANSPOSE": _moves(_FIRST, Version(5, "2.4.0"), _BOTH),
        "TRANSPOSE_CONV": _operator(
            Version(3, "2.3.0"), Version(3, "2.3.0"), _BOTH, weight=Weight(1, axis=0), bias=3
        ),
        "UNPACK": _moves(_FIRST, Version(4, "2.3.0"), _BOTH),
    }
)
"""Builtin operator name (the schema's) -> what it does with quantized activations."""

_HIDDEN = "its integer kernel needs ranges of values within it, which no tensor shows"
_HANDS_ON = "what it hands on to other subgraphs is float"

FLOAT_ONLY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("LSTM", "SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM"), _HIDDEN),
        **dict.fromkeys(("CALL_ONCE", "IF", "WHILE"), _HANDS_ON),
    }
)
"""Operators that could be integer and are not, with the reason."""

QUANTIZE_VERSIONS: Mapping[str, Version] = MappingProxyType(
    {INT8: Version(1, "1.14.0"), "UINT8": Version(1, "1.14.0"), INT16: Version(2, "1.15.0")}
)
"""Type of the output -> the QUANTIZE that makes it."""
DEQUANTIZE_VERSIONS: Mapping[str, Version] = MappingProxyType(
    {"UINT8": Version(1, "1.13.1"), INT8: Version(2, "1.14.0"), INT16: Version(3, "1.15.0")}
)
"""Type of the input -> the DEQUANTIZE that takes it."""
