"""Sums and products of quantized bytes that broadcast, in XNNPACK's fixed point.

See ``kernels.compiled.broadcasting``; formulas are those of ``kernels.xnnpack_integers``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.compiled.broadcasting import broadcast
from kernels.compiled.conversions import converted
from kernels.compiled.vector_ir import (
    INT8,
    INT32,
    Register,
    maximum,
    minimum,
    narrowed,
    rounded,
    shifted_right,
    splat,
    to_float,
)
from kernels.compiled.vector_kernel import VectorSource
from kernels.field_types import INDEX, NUMBER

Numbers = Callable[[Register], Register]
"""From bytes to int32."""


def _wide(signed: bool) -> Numbers:
    return lambda x: converted(x, INT32, signed)


def _spread(number: Register, like: Register) -> Register:
    """An int64 field as int32 in every place."""
    return splat(narrowed(number, INT32), like.kind.count)


def _stored(steps: Register, f: Any) -> Register:
    """Steps with the zero point, between the bounds, as bytes."""
    codes = steps + _spread(f.zero, steps)
    codes = minimum(maximum(codes, _spread(f.low, steps)), _spread(f.high, steps))
    return narrowed(codes, INT8 * steps.kind.count)


BOUNDED = dict.fromkeys(("zero", "low", "high"), INDEX)


def _sum(signed: bool) -> VectorSource:
    """((x * first + y * second + bias) >> shift) + zero; ``bias``: half of the last bit that
    stays, less what the zero points of x and y add."""
    wide = _wide(signed)

    def compute(x: Register, y: Register, f: Any) -> Register:
        left, right = wide(x), wide(y)
        total = left * _spread(f.first, left) + right * _spread(f.second, left)
        return _stored(shifted_right(total + _spread(f.bias, left), _spread(f.shift, left)), f)

    fields = dict.fromkeys(("first", "second", "bias", "shift"), INDEX)
    return broadcast(INT8, INT8, compute, **fields, **BOUNDED)


def _product(signed: bool) -> VectorSource:
    """rint(float((x - x_zero) * (y - y_zero)) * ratio) + zero."""
    wide = _wide(signed)

    def compute(x: Register, y: Register, f: Any) -> Register:
        left, right = wide(x), wide(y)
        product = (left - _spread(f.x_zero, left)) * (right - _spread(f.y_zero, left))
        return _stored(rounded(to_float(product) * splat(f.ratio, left.kind.count)), f)

    return broadcast(INT8, INT8, compute, x_zero=INDEX, y_zero=INDEX, ratio=NUMBER, **BOUNDED)


sum_int8, sum_uint8 = (_sum(signed) for signed in (True, False))
product_int8, product_uint8 = (_product(signed) for signed in (True, False))
