"""Functions of a number that have a twin of 16 lanes where AVX-512 has an instruction for it.

LLVM makes loops of 16 lanes of those that call them: it calls the twin, and what is called
becomes part of the loop only then. On other processors there is the function of a number alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types as _types
from numba.extending import intrinsic

from kernels.jit import INLINED_LAST, compiles_for

LANES = 16
FLOAT, INT = ir.FloatType(), ir.IntType(32)
FLOAT_LANES, INT_LANES = ir.VectorType(FLOAT, LANES), ir.VectorType(INT, LANES)
_AT_FIRST = INT(0)
_PURE = ("nounwind", "willreturn", "nosync", "nofree", "memory(none)")

Build = Callable[[Any, Sequence[Any]], Any]
"""Code: a builder and the arguments -> the result."""


def _typed(numba_types: Sequence[Any], generate: Any) -> Any:
    """An intrinsic from these types to a float."""
    signature = _types.float32(*numba_types)
    if len(numba_types) == 1:
        return intrinsic(lambda typing_context, x: (signature, generate))
    return intrinsic(lambda typing_context, x, y: (signature, generate))


def lane_function(name: str, arguments: Sequence[Any], lanes: Build, number: Build) -> Any:
    """A function from Numba's types to float: of 16 ``lanes``, or of one ``number`` elsewhere."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        if not compiles_for("avx512f"):
            return number(builder, given)
        return builder.call(_defined(builder.module, name, given, lanes), given)

    return _typed(arguments, generate)


def _defined(module: Any, name: str, given: Sequence[Any], lanes: Build) -> Any:
    """The function of a number, which names its twin to LLVM's vectoriser."""
    if name in module.globals:
        return module.globals[name]
    kinds = [value.type for value in given]
    twin = _function(module, f"{name}_lanes", FLOAT_LANES, [_lanes_of(kind) for kind in kinds])
    one = _function(module, name, FLOAT, kinds)
    variant = f"_ZGV_LLVM_N{LANES}{'v' * len(kinds)}_{name}({twin.name})"
    set.add(one.attributes, f'"vector-function-abi-variant"="{variant}"')
    builder = ir.IRBuilder(twin.append_basic_block())
    builder.ret(lanes(builder, twin.args))
    builder = ir.IRBuilder(one.append_basic_block())
    spread = [_in_first_lane(builder, value) for value in one.args]
    builder.ret(builder.extract_element(lanes(builder, spread), _AT_FIRST))
    return one


def _function(module: Any, name: str, result: Any, kinds: Sequence[Any]) -> Any:
    function = ir.Function(module, ir.FunctionType(result, kinds), name)
    function.linkage = "weak_odr"
    for attribute in (*_PURE, INLINED_LAST):  # llvmlite does not know all of LLVM's
        set.add(function.attributes, attribute)
    return function


def _lanes_of(kind: Any) -> Any:
    return ir.VectorType(kind, LANES)


def _in_first_lane(builder: Any, value: Any) -> Any:
    zeros = ir.Constant(_lanes_of(value.type), [0] * LANES)
    return builder.insert_element(zeros, value, _AT_FIRST)


def _call(builder: Any, name: str, given: Sequence[Any]) -> Any:
    """A call of an instruction that gives 16 floats."""
    kind = ir.FunctionType(FLOAT_LANES, [value.type for value in given])
    return builder.call(builder.module.declare_intrinsic(name, fnty=kind), given)


_NO_LANES, _ALL = ir.Constant(FLOAT_LANES, [0.0] * LANES), ir.IntType(16)(-1)


def _rsqrt14_lanes(builder: Any, given: Sequence[Any]) -> Any:
    return _call(builder, "llvm.x86.avx512.rsqrt14.ps.512", [*given, _NO_LANES, _ALL])


def _no_estimate(builder: Any, given: Sequence[Any]) -> Any:
    return FLOAT(0.0)


rsqrt14: Any = lane_function("rsqrt14", [_types.float32], _rsqrt14_lanes, _no_estimate)
"""AVX-512's estimate of 1 / sqrt(x), 14 bits of it right; 0 on a processor without it."""


STEPS = 2 * LANES
"""Parts into which a power of two is divided."""
PARTS = np.exp2(np.arange(STEPS) / STEPS).astype(np.float32)


def _part_lanes(builder: Any, given: Sequence[Any]) -> Any:
    halves = [ir.Constant(FLOAT_LANES, PARTS[i : i + LANES].tolist()) for i in (0, LANES)]
    return _call(builder, "llvm.x86.avx512.vpermi2var.ps.512", [halves[0], given[0], halves[1]])


def _part(builder: Any, given: Sequence[Any]) -> Any:
    kind = ir.ArrayType(FLOAT, STEPS)
    table = ir.GlobalVariable(builder.module, kind, builder.module.get_unique_name("parts"))
    table.linkage, table.global_constant = "private", True
    table.initializer = ir.Constant(kind, PARTS.tolist())
    place = builder.and_(given[0], INT(STEPS - 1))
    return builder.load(builder.gep(table, [_AT_FIRST, place]))


power_part: Any = lane_function("power_part", [_types.int32], _part_lanes, _part)
"""2 ** (i / 32) of the last five bits of an int32, rounded to float32."""


def _scaled_lanes(builder: Any, given: Sequence[Any]) -> Any:
    current_rounding = INT(4)
    name = "llvm.x86.avx512.mask.scalef.ps.512"
    return _call(builder, name, [*given, _NO_LANES, _ALL, current_rounding])


def _scaled(builder: Any, given: Sequence[Any]) -> Any:
    floor = builder.module.declare_intrinsic("llvm.floor", [FLOAT])
    exponent = builder.fptosi(builder.call(floor, [given[1]]), INT)
    bits = builder.add(builder.bitcast(given[0], INT), builder.shl(exponent, INT(23)))
    return builder.bitcast(bits, FLOAT)


scaled: Any = lane_function("scaled", [_types.float32, _types.float32], _scaled_lanes, _scaled)
"""x * 2 ** floor(n), if x and it are normal numbers; anything if not."""
