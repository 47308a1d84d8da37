"""Types that an operator of LiteRT takes and this runtime does not, and why: a table."""

from __future__ import annotations

from dataclasses import dataclass

_FLOAT16 = """ABS ADD AVERAGE_POOL_2D BATCH_MATMUL CEIL COS DIV ELU EQUAL EXP FLOOR GELU GREATER
GREATER_EQUAL HARD_SWISH LEAKY_RELU LESS LESS_EQUAL LOG LOGISTIC MAXIMUM MEAN MINIMUM MUL NEG
NOT_EQUAL PRELU REDUCE_MAX REDUCE_MIN RELU RELU6 RELU_N1_TO_1 ROUND RSQRT SIN SOFTMAX SQRT SQUARE
SQUARED_DIFFERENCE SUB SUM TANH"""


@dataclass(frozen=True)
class MissingType:
    """``operators`` of LiteRT that take ``types``; ``reason``: why they do not here."""

    operators: tuple[str, ...]
    types: tuple[str, ...]
    reason: str


MISSING_TYPES = (
    MissingType(
        tuple(_FLOAT16.split()),
        ("float16",),
        "float16 is what weights are stored in: converters write DEQUANTIZE before them and "
        "compute in float32",
    ),
    MissingType(
        ("MATRIX_DIAG", "MATRIX_SET_DIAG"),
        ("float16", "float64", "bool"),
        "LiteRT moves them as if each had 4 bytes, and makes other values",
    ),
    MissingType(
        ("QUANTIZE",),
        ("float16", "float32"),
        "only XNNPACK has a QUANTIZE that makes floats; CAST makes them",
    ),
)
"""Leaves out what LiteRT runs and makes nothing of: bytes without a scale, which it multiplies by
0, and weights of a type that it reads as another."""


def reason_of(operator: str, type_: str) -> str:
    """Why an operator does not take a type; "" if the table does not say."""
    for row in MISSING_TYPES:
        if operator in row.operators and type_ in row.types:
            return row.reason
    return ""
