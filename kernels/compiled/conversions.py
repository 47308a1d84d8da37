"""Numbers of one type as numbers of another, in vectors, as CAST and comparisons make them."""

from __future__ import annotations

from kernels.compiled.vector_ir import INT8, Kind, Register, constant, select


def as_bytes(condition: Register) -> Register:
    """1 where the condition is true, else 0, in bytes: how tensors of BOOL are kept."""
    kind = INT8 * condition.kind.count
    return Register(condition.builder, condition.builder.zext(condition.value, kind.type), kind)


def is_true(numbers: Register) -> Register:
    """Where numbers are not 0; NaN is not."""
    zero = constant(numbers, numbers.kind, 0)
    compare = "fcmp_unordered" if numbers.kind.is_float else "icmp_signed"
    made = getattr(numbers.builder, compare)("!=", numbers.value, zero.value)
    return Register(numbers.builder, made, Kind(made.type.element, numbers.kind.count))


def converted(numbers: Register, kind: Kind, signed: bool = True) -> Register:
    """Numbers as those of another type; ``signed``: whether both, if integers, have a sign.

    Integers keep their low bits, or are rounded to floats. Floats lose their fraction and are
    saturated; NaN becomes the largest integer.
    """
    count = numbers.kind.count
    if numbers.kind.is_float and kind.is_float:
        return numbers
    if numbers.kind.is_float:
        return _saturated(numbers, kind * count, signed)
    builder, made = numbers.builder, kind * count
    if kind.is_float:
        convert = builder.sitofp if signed else builder.uitofp
    elif kind.size < numbers.kind.size // count:
        convert = builder.trunc
    elif kind.size > numbers.kind.size // count:
        convert = builder.sext if signed else builder.zext
    else:
        return numbers
    return Register(builder, convert(numbers.value, made.type), made)


def _saturated(x: Register, kind: Kind, signed: bool) -> Register:
    width = kind.element.width
    largest = 2 ** (width - 1) - 1 if signed else 2**width - 1
    name = f"llvm.fpto{'s' if signed else 'u'}i.sat.v{kind.count}i{width}.v{kind.count}f32"
    number = x.call(name, kind)
    return select(x.equals(x), number, constant(x, kind, largest))
