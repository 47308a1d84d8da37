"""What tests of kernels on tiles share: instruction sets, and models run flat."""

from __future__ import annotations

import numpy as np

from kernels.interpreter import Interpreter
from kernels.isa import INSTRUCTION_SETS, InstructionSet, processor
from kernels.model import Model
from kernels.node import Array

_FEATURES = {feature[1:] for feature in processor()[1].split(",") if feature.startswith("+")}

USABLE = [isa.name for isa in INSTRUCTION_SETS.values() if isa.needs <= _FEATURES]
"""Names of the instruction sets that this machine has."""


def isa_of(name: str) -> InstructionSet:
    return INSTRUCTION_SETS[name]


def code_zero(isa: InstructionSet, int8_zero: Array) -> Array:
    """What codes hold for zero points of int8 codes."""
    return int8_zero * 0 if isa.shift is None else int8_zero + isa.shift


def assert_flat_equals_plain(model: Model, *feeds: Array) -> Interpreter:
    """One segment runs the whole model, and makes what the plain kernels make, to the bit. Returns
    what has run it."""
    interpreter = Interpreter(model)
    names = [*next(iter(interpreter.signatures.values())).inputs]
    fed = dict(zip(names, feeds, strict=True))
    flat = [*interpreter.invoke(**fed).values()]
    values = interpreter.invoke_all(**fed)
    plain = [values[0, index] for index in model.subgraphs[0].outputs]
    for made, wanted in zip(flat, plain, strict=True):
        assert made.dtype == wanted.dtype
        np.testing.assert_array_equal(bits(made), bits(wanted))
    assert is_one_segment(interpreter)
    return interpreter


def is_one_segment(interpreter: Interpreter) -> bool:
    """Whether one segment runs all operators."""
    steps = len(interpreter.model.subgraphs[0].operators)
    made = [
        attempt.segment for known in interpreter._machine.attempts.values() for attempt in known
    ]
    return [segment and segment.stop for segment in made] == [steps]


def kernels_of(model: Model, *feeds: Array) -> list[str]:
    """Which kernels its only segment runs."""
    interpreter = Interpreter(model)
    names = [*next(iter(interpreter.signatures.values())).inputs]
    interpreter.invoke(**dict(zip(names, feeds, strict=True)))
    ((attempt,),) = interpreter._machine.attempts.values()
    return [code.kernel for code in attempt.segment.code]


def bits(values: Array) -> Array:
    """The bits of floats, of NaN always the same; integers as they are."""
    if values.dtype != np.float32:
        return values
    return np.where(np.isnan(values), np.int32(-1), np.ascontiguousarray(values).view(np.int32))
