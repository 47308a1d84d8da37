"""Vectors in kernels: LLVM's instructions, written as arithmetic on registers.

A text is a function that is given registers and writes instructions as it computes with them:

    def scale(x, y, factor):
        store(load(x, FLOAT * 16) * splat(factor, 16), y)

Arithmetic is exactly as written: products and sums are rounded one by one. Addresses, counts and
indices are int64.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

Number = int | float


@dataclass(frozen=True)
class Kind:
    """``count`` numbers of a type side by side; one is a scalar."""

    element: Any
    count: int = 1

    def __mul__(self, count: int) -> Kind:
        return Kind(self.element, self.count * count)

    @property
    def type(self) -> Any:
        """LLVM's type."""
        return self.element if self.count == 1 else ir.VectorType(self.element, self.count)

    @property
    def is_float(self) -> bool:
        """Whether the numbers are floats."""
        return isinstance(self.element, ir.FloatType | ir.DoubleType)

    @property
    def bits(self) -> int:
        """Of a number."""
        if self.is_float:
            return 32 if isinstance(self.element, ir.FloatType) else 64
        return int(self.element.width)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self.count * self.bits // 8

    def of(self, numbers: Number | Sequence[Number]) -> Any:
        """A constant: the number in each place, or a number for each."""
        if self.count == 1:
            return ir.Constant(self.element, numbers)
        listed = [numbers] * self.count if isinstance(numbers, int | float) else [*numbers]
        return ir.Constant(self.type, listed)


TRUTH, INT8, INT16 = Kind(ir.IntType(1)), Kind(ir.IntType(8)), Kind(ir.IntType(16))
INT32, INT64 = Kind(ir.IntType(32)), Kind(ir.IntType(64))
FLOAT, DOUBLE = Kind(ir.FloatType()), Kind(ir.DoubleType())


@dataclass(frozen=True)
class Register:
    """A scalar or a vector while a kernel runs. Integers have no sign but what operations see."""

    builder: Any
    value: Any
    kind: Kind

    def __add__(self, other: Register | Number) -> Register:
        return self._binary("fadd", "add", other)

    def __sub__(self, other: Register | Number) -> Register:
        return self._binary("fsub", "sub", other)

    def __mul__(self, other: Register | Number) -> Register:
        return self._binary("fmul", "mul", other)

    def __truediv__(self, other: Register | Number) -> Register:
        return self._binary("fdiv", "", other)

    def __floordiv__(self, other: Register | Number) -> Register:
        """Of integers that are not negative."""
        return self._binary("", "udiv", other)

    def __mod__(self, other: Register | Number) -> Register:
        """Of integers that are not negative."""
        return self._binary("", "urem", other)

    def __and__(self, other: Register | Number) -> Register:
        return self._binary("", "and_", other)

    def either(self, other: Register) -> Register:
        """Where this or the other condition is true."""
        return self._binary("", "or_", other)

    def __xor__(self, other: Register | Number) -> Register:
        return self._binary("", "xor", other)

    def __lshift__(self, bits: int) -> Register:
        return self._binary("", "shl", bits)

    def __rshift__(self, bits: int) -> Register:
        """Zeros come in."""
        return self._binary("", "lshr", bits)

    def __lt__(self, other: Register | Number) -> Register:
        return self._compare("<", other)

    def __gt__(self, other: Register | Number) -> Register:
        return self._compare(">", other)

    def __le__(self, other: Register | Number) -> Register:
        return self._compare("<=", other)

    def __ge__(self, other: Register | Number) -> Register:
        return self._compare(">=", other)

    def equals(self, other: Register | Number) -> Register:
        """Where the numbers are equal."""
        return self._compare("==", other)

    def is_nan(self) -> Register:
        """Where floats are no numbers."""
        made = self.builder.fcmp_unordered("uno", self.value, self.value)
        return Register(self.builder, made, TRUTH * self.kind.count)

    def is_anywhere(self) -> Register:
        """Whether a mask is true in a place."""
        bits = Kind(ir.IntType(self.kind.count))
        made = self.builder.icmp_unsigned("!=", self.seen_as(bits).value, bits.of(0))
        return Register(self.builder, made, TRUTH)

    def seen_as(self, kind: Kind) -> Register:
        """The same bits as other numbers."""
        return Register(self.builder, self.builder.bitcast(self.value, kind.type), kind)

    def call(self, name: str, kind: Kind, *others: Register) -> Register:
        """What LLVM's intrinsic function makes of this register and others."""
        values = [register.value for register in (self, *others)]
        signature = ir.FunctionType(kind.type, [value.type for value in values])
        return Register(self.builder, _called(self.builder, name, signature, values), kind)

    def place(self, number: int) -> Register:
        """The number at a place of a vector."""
        found = self.builder.extract_element(self.value, INT32.of(number))
        return Register(self.builder, found, Kind(self.kind.element))

    def shuffled(self, places: Sequence[int], other: Register | None = None) -> Register:
        """The numbers at places of this vector, followed by another one."""
        if len(places) == 1:
            return self.place(places[0])
        second = ir.Constant(self.kind.type, ir.Undefined) if other is None else other.value
        order = (INT32 * len(places)).of(places)
        made = self.builder.shuffle_vector(self.value, second, order)
        return Register(self.builder, made, Kind(self.kind.element) * len(places))

    def _binary(self, of_floats: str, of_integers: str, other: Register | Number) -> Register:
        name = of_floats if self.kind.is_float else of_integers
        made = getattr(self.builder, name)(self.value, self._operand(other))
        return Register(self.builder, made, self.kind)

    def _compare(self, how: str, other: Register | Number) -> Register:
        compare = "fcmp_ordered" if self.kind.is_float else "icmp_signed"
        made = getattr(self.builder, compare)(how, self.value, self._operand(other))
        return Register(self.builder, made, TRUTH * self.kind.count)

    def _operand(self, other: Register | Number) -> Any:
        return other.value if isinstance(other, Register) else self.kind.of(other)


def constant(like: Register, kind: Kind, numbers: Number | Sequence[Number]) -> Register:
    """A constant where ``like`` is."""
    return Register(like.builder, kind.of(numbers), kind)


def load(address: Register, kind: Kind, mask: Register | None = None) -> Register:
    """What is at an address; zeros where ``mask`` is false, and nothing is read there."""
    builder = address.builder
    pointer = builder.inttoptr(address.value, kind.type.as_pointer())
    if mask is None:
        return Register(builder, builder.load(pointer, align=1), kind)
    name = f"llvm.masked.load.{_name(kind)}.p0"
    values = [pointer, INT32.of(1), mask.value, kind.of(0)]
    signature = ir.FunctionType(kind.type, [value.type for value in values])
    return Register(builder, _called(builder, name, signature, values), kind)


def store(register: Register, address: Register, mask: Register | None = None) -> None:
    """Writes to an address, where ``mask`` is true."""
    builder, kind = address.builder, register.kind
    pointer = builder.inttoptr(address.value, kind.type.as_pointer())
    if mask is None:
        builder.store(register.value, pointer, align=1)
        return
    name = f"llvm.masked.store.{_name(kind)}.p0"
    values = [register.value, pointer, INT32.of(1), mask.value]
    _called(builder, name, ir.FunctionType(ir.VoidType(), [value.type for value in values]), values)


def prefetch(address: Register) -> None:
    """Has the cache line at an address read soon; it need not be there."""
    builder = address.builder
    pointer = builder.inttoptr(address.value, INT8.type.as_pointer())
    values = [pointer, INT32.of(0), INT32.of(3), INT32.of(1)]
    signature = ir.FunctionType(ir.VoidType(), [value.type for value in values])
    _called(builder, "llvm.prefetch.p0", signature, values)


def scratch(like: Register, kind: Kind, count: int) -> Register:
    """The address of memory for ``count`` vectors that lasts as long as the kernel runs."""
    with like.builder.goto_entry_block():
        pointer = like.builder.alloca(kind.type, count)
    return Register(like.builder, like.builder.ptrtoint(pointer, INT64.type), INT64)


def splat(register: Register, count: int) -> Register:
    """A vector with the scalar in every place."""
    if count == 1:
        return register
    kind = register.kind * count
    empty = ir.Constant(kind.type, ir.Undefined)
    first = register.builder.insert_element(empty, register.value, INT32.of(0))
    places = (INT32 * count).of(0)
    return Register(register.builder, register.builder.shuffle_vector(first, empty, places), kind)


def first_places(count: Register, width: int) -> Register:
    """A mask: the first ``count`` (int64) of ``width`` places."""
    narrow = Register(count.builder, count.builder.trunc(count.value, INT32.element), INT32)
    return constant(count, INT32 * width, range(width)) < splat(narrow, width)


def select(condition: Register, yes: Register, no: Register) -> Register:
    """Place by place, ``yes`` where the condition is true, else ``no``."""
    made = condition.builder.select(condition.value, yes.value, no.value)
    return Register(condition.builder, made, yes.kind)


def fma(a: Register, b: Register, c: Register) -> Register:
    """a * b + c, rounded once."""
    return a.call(f"llvm.fma.{_name(a.kind)}", a.kind, b, c)


def square_root(x: Register) -> Register:
    """The roots of floats, rounded once."""
    return x.call(f"llvm.sqrt.{_name(x.kind)}", x.kind)


def greater(a: Register, b: Register) -> Register:
    """The greater of floats: b if one is NaN or they are equal."""
    return select(a > b, a, b)


def smaller(a: Register, b: Register) -> Register:
    """The smaller of floats: b if one is NaN or they are equal."""
    return select(a < b, a, b)


def maximum(a: Register, b: Register) -> Register:
    """The greater of integers with a sign."""
    return a.call(f"llvm.smax.{_name(a.kind)}", a.kind, b)


def unsigned_maximum(a: Register, b: Register) -> Register:
    """The greater of integers without a sign."""
    return a.call(f"llvm.umax.{_name(a.kind)}", a.kind, b)


def unsigned_minimum(a: Register, b: Register) -> Register:
    """The smaller of integers without a sign."""
    return a.call(f"llvm.umin.{_name(a.kind)}", a.kind, b)


def minimum(a: Register, b: Register) -> Register:
    """The smaller of integers with a sign."""
    return a.call(f"llvm.smin.{_name(a.kind)}", a.kind, b)


def rounded(x: Register) -> Register:
    """The nearest int32, halves to even."""
    kind = INT32 * x.kind.count
    return x.call(f"llvm.lrint.{_name(kind)}.{_name(x.kind)}", kind)


def truncated(x: Register) -> Register:
    """Floats as int32, towards zero."""
    kind = INT32 * x.kind.count
    return Register(x.builder, x.builder.fptosi(x.value, kind.type), kind)


def to_float(register: Register) -> Register:
    """Integers with a sign as float32, rounded."""
    kind = FLOAT * register.kind.count
    return Register(register.builder, register.builder.sitofp(register.value, kind.type), kind)


def to_double(register: Register) -> Register:
    """float32 as float64."""
    kind = DOUBLE * register.kind.count
    return Register(register.builder, register.builder.fpext(register.value, kind.type), kind)


def to_single(register: Register) -> Register:
    """float64 as float32, rounded."""
    kind = FLOAT * register.kind.count
    return Register(register.builder, register.builder.fptrunc(register.value, kind.type), kind)


def narrowed(register: Register, kind: Kind) -> Register:
    """The low bits of integers."""
    return Register(register.builder, register.builder.trunc(register.value, kind.type), kind)


def widened(register: Register, kind: Kind) -> Register:
    """Integers with a sign in more bits."""
    return Register(register.builder, register.builder.sext(register.value, kind.type), kind)


def zero_extended(register: Register, kind: Kind) -> Register:
    """Integers without a sign in more bits."""
    return Register(register.builder, register.builder.zext(register.value, kind.type), kind)


def shifted_right(x: Register, bits: Register) -> Register:
    """Integers with a sign by so many bits: the sign comes in."""
    return Register(x.builder, x.builder.ashr(x.value, bits.value), x.kind)


Carried = tuple[Register, ...]


def loop(
    count: Register, carried: Sequence[Register], turn: Callable[..., Sequence[Register]]
) -> Carried:
    """``carried = turn(i, *carried)`` for i from 0 to ``count`` - 1; the last ``carried``."""
    builder = count.builder
    before = builder.block
    head, body, end = (builder.append_basic_block(name) for name in ("loop", "turn", "end"))
    builder.branch(head)
    builder.position_at_end(head)
    index = Register(builder, builder.phi(INT64.type), INT64)
    held = tuple(Register(builder, builder.phi(r.kind.type), r.kind) for r in carried)
    for phi, start in zip((index, *held), (constant(count, INT64, 0), *carried), strict=True):
        phi.value.add_incoming(start.value, before)
    builder.cbranch((index < count).value, body, end)
    builder.position_at_end(body)
    made = (index + 1, *turn(index, *held))
    for phi, value in zip((index, *held), made, strict=True):
        phi.value.add_incoming(value.value, builder.block)
    builder.branch(head)
    builder.position_at_end(end)
    return held


def times(count: Register, turn: Callable[[Register], None]) -> None:
    """``turn(i)`` for i from 0 to ``count`` - 1."""

    def run(number: Register) -> tuple[()]:
        turn(number)
        return ()

    loop(count, (), run)


def each(
    begin: Register, end: Register, step: Register | int, turn: Callable[[Register], None]
) -> None:
    """``turn(i)`` for i from ``begin`` to before ``end``, ``step`` apart."""

    times((end - begin + step - 1) // step, lambda number: turn(begin + number * step))


def when(
    condition: Register, given: Sequence[Register], change: Callable[..., Sequence[Register]]
) -> Carried:
    """``change(*given)`` where the scalar condition is true, else ``given``."""
    builder = condition.builder
    before = builder.block
    body, end = (builder.append_basic_block(name) for name in ("when", "end"))
    builder.cbranch(condition.value, body, end)
    builder.position_at_end(body)
    changed, after = change(*given), builder.block
    builder.branch(end)
    builder.position_at_end(end)
    made = []
    for old, new in zip(given, changed, strict=True):
        phi = builder.phi(old.kind.type)
        phi.add_incoming(old.value, before)
        phi.add_incoming(new.value, after)
        made.append(Register(builder, phi, old.kind))
    return tuple(made)


def if_else(condition: Register, yes: Callable[[], None], no: Callable[[], None]) -> None:
    """Runs what ``yes`` writes if the scalar condition is true, else what ``no`` writes."""
    with condition.builder.if_else(condition.value) as (then, otherwise):
        with then:
            yes()
        with otherwise:
            no()


def _called(builder: Any, name: str, signature: Any, values: Sequence[Any]) -> Any:
    module = builder.module
    function = module.globals.get(name) or ir.Function(module, signature, name)
    return builder.call(function, values)


def _name(kind: Kind) -> str:
    element = f"{'f' if kind.is_float else 'i'}{kind.bits}"
    return element if kind.count == 1 else f"v{kind.count}{element}"
