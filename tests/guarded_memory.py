"""A guard mode for tests: what compiled kernels are given touches pages that cannot be read.

``pytest -p tests.guarded_memory``, or ``python -m tests.guarded_memory MODULE [ARGUMENT]...``, with
TFLQ_GUARD=end or =begin. Every array a kernel gets - inputs,
constants, packed weights, each block of the arena on its own - ends, or begins, at such a page, so
a kernel that reaches beyond one ends the process. Behind a block of the arena are the ``SLACK``
bytes that may be read, behind all else nothing. What nobody has written is 0xFF: NaN, -1.
Instructions run one by one; the file that TFLQ_GUARD_NOTE names says which one is running.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import runpy
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from kernels.flat import segment as segments
from kernels.flat.arena import SLACK, Arena, plan_arena
from kernels.flat.assembly import Assembly, assemble
from kernels.flat.instruction import Code, Instruction, Jump
from kernels.flat.profile import TimedSegment
from kernels.flat.segment import Segment
from kernels.flat.team import Team
from kernels.flat.value import Block
from kernels.kernel import Argument, Kernel
from kernels.meter import Meter
from kernels.node import Array

END, BEGIN = "end", "begin"
MODE, NOTE = "TFLQ_GUARD", "TFLQ_GUARD_NOTE"
NOTE_BYTES = 1000
PAGE = mmap.PAGESIZE
UNWRITTEN = 0xFF
_NOTHING, _READ = 0, 1
"""What mprotect may allow."""

_protect = ctypes.CDLL(None, use_errno=True).mprotect
_protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_call = Kernel.__call__
_run, _run_words = Segment.run, Segment.run_words


@dataclass(frozen=True)
class Region:
    """``memory``: whole pages; from byte ``start`` on lies what is guarded."""

    memory: Array
    start: int

    def protect(self, first: int, size: int, allowed: int) -> None:
        """Of the pages from that byte on."""
        if size and _protect(self.memory.ctypes.data + first, size, allowed):
            raise OSError(ctypes.get_errno(), "mprotect")


def _pages(size: int) -> int:
    return -(-size // PAGE) * PAGE


def _span(size: int, slack: int) -> int:
    """Bytes of the pages for an array and the guard behind it."""
    return max(PAGE, _pages(size + slack)) + PAGE


def _offset(size: int, slack: int) -> int:
    """Where an array begins in its pages."""
    return 0 if os.environ[MODE] == BEGIN else _span(size, slack) - PAGE - size - slack


def _memory(size: int) -> Array:
    return np.frombuffer(mmap.mmap(-1, size), np.uint8)


def guarded(values: Array) -> Array:
    """A copy that touches the guards; only to be read if ``values`` are."""
    span, offset = _span(values.nbytes, 0), PAGE + _offset(values.nbytes, 0)
    region = Region(_memory(PAGE + span), offset)
    kept = region.memory[offset : offset + values.nbytes].view(values.dtype)
    made: Array = kept.reshape(values.shape)
    made[...] = values
    region.protect(0, PAGE, _NOTHING)
    region.protect(span, PAGE, _NOTHING)
    if not values.flags.writeable:
        region.protect(PAGE, span - PAGE, _READ)
    return made


def spread_arena(code: Sequence[Code], kept: Iterable[Block], outside: Iterable[Block]) -> Arena:
    """Every block in pages of its own; the size is what the product's arena has."""
    planned = plan_arena(code, kept, outside)
    offsets, place = {}, PAGE
    for block in planned.offsets:
        offsets[block] = place + _offset(block.size, SLACK)
        place += _span(block.size, SLACK)
    return Arena(offsets, planned.size)


def arena_memory(offsets: Mapping[Block, int]) -> Array:
    """What such an arena lies in; fresh, so that nothing of another run is in it."""
    spans = [_span(block.size, SLACK) for block in offsets]
    region = Region(_memory(PAGE + sum(spans)), 0)
    region.memory[...] = UNWRITTEN
    for guard in np.cumsum([0, *spans]).tolist():
        region.protect(guard, PAGE, _NOTHING)
    return region.memory


def assemble_guarded(code: Sequence[Code], arena: Arena) -> Assembly:
    """The words of a program whose constants are guarded, and only to be read. Each chunk is a
    task of its own, so that threads share even small ones."""
    known: dict[int, Array] = {}

    def constant(values: Array) -> Array:
        if id(values) not in known:
            fixed = values.view()
            fixed.flags.writeable = False
            known[id(values)] = guarded(fixed)
        return known[id(values)]

    return assemble([_with_arrays(item, constant) for item in code], arena)


def _with_arrays(item: Code, place) -> Code:
    if not isinstance(item, Instruction):
        return item
    arguments = (place(x) if isinstance(x, np.ndarray) else x for x in item.arguments)
    return replace(item, arguments=tuple(arguments), grain=1)


def run_guarded(
    self: Segment, values: Mapping[int, Array], meter: Meter, memory: Array, team: Team
) -> dict[int, Array] | None:
    """``Segment.run`` with its inputs and its arena guarded."""
    if not (self.code and self.fits(meter)):
        return _run(self, values, meter, memory, team)
    placed = {index: guarded(values[index]) for index in self.inputs.values()}
    made = _run(self, {**values, **placed}, meter, arena_memory(self.assembly.offsets), team)
    for index, value in placed.items():
        if values[index].flags.writeable:
            values[index][...] = value
    return made


def run_code_one_by_one(self: Segment, num_threads: int) -> None:
    """``Segment._run_code`` without the compiled loop, so that it is known what runs."""
    index, places = 0, self.assembly.places
    found = {id(item): place for place, item in enumerate(self.code)}
    while index < len(self.code) and not self.control[segments.STATUS]:
        item, begin = self.code[index], places[index]
        index += 1
        if isinstance(item, Jump) and TimedSegment._jumps(self, begin):
            if found[id(item.label)] < index:
                TimedSegment._turn(self, item, begin)
            index = found[id(item.label)]
        elif isinstance(item, Instruction):
            self.run_words(begin, places[index], num_threads)


def run_words_noted(self: Segment, begin: int, end: int, num_threads: int = 1) -> None:
    """``Segment.run_words``, with a note of what runs."""
    if begin < end and begin in self.assembly.places[:-1]:
        number = self.assembly.places.index(begin)
        note(f"{self.owners[number]}: {self.code[number]}")
    _run_words(self, begin, end, num_threads)
    note("")


def call_guarded(self: Kernel, *arguments: Argument, chunks: int) -> bool:
    """``Kernel.__call__`` on copies that are guarded; what it writes is copied back."""
    if self.name.startswith("machine."):
        return _call(self, *arguments, chunks=chunks)
    arrays = {_where(x): x for x in arguments if isinstance(x, np.ndarray)}
    placed = {where: guarded(x) for where, x in arrays.items()}
    note(f"{self.name} x {chunks}, called by a plain kernel or a lowering")
    given = [placed[_where(x)] if isinstance(x, np.ndarray) else x for x in arguments]
    taken = _call(self, *given, chunks=chunks)
    note("")
    for where, values in arrays.items():
        if values.flags.writeable:
            values[...] = placed[where]
    return taken


def _where(values: Array) -> tuple[int, str, tuple[int, ...]]:
    return values.ctypes.data, str(values.dtype), values.shape


_notes: dict[str, mmap.mmap] = {}


def note(text: str) -> None:
    """Writes what runs where the parent finds it even if this process ends."""
    path = os.environ.get(NOTE)
    if path is None:
        return
    if path not in _notes:
        Path(path).write_bytes(b" " * NOTE_BYTES)
        with open(path, "r+b") as file:
            _notes[path] = mmap.mmap(file.fileno(), NOTE_BYTES)
    test = os.environ.get("PYTEST_CURRENT_TEST", "")
    line = f"{test}: {text}" if text else ""
    _notes[path][:] = line.encode()[:NOTE_BYTES].ljust(NOTE_BYTES)


def install(patch: pytest.MonkeyPatch) -> None:
    """Has segments and kernels of this process guarded."""
    patch.setattr(segments, "plan_arena", spread_arena)
    patch.setattr(segments, "assemble", assemble_guarded)
    patch.setattr(Segment, "run", run_guarded)
    patch.setattr(Segment, "_run_code", run_code_one_by_one)
    patch.setattr(Segment, "run_words", run_words_noted)
    patch.setattr(Kernel, "__call__", call_guarded)


def pytest_configure() -> None:
    """Makes this module a plugin."""
    install(pytest.MonkeyPatch())


if __name__ == "__main__":
    install(pytest.MonkeyPatch())
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
