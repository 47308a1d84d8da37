"""The loop that executes a flat program: ``kernels.flat.assembly`` has the layout of its words.

Several threads may execute one program. The first goes through the instructions; for each that
has several tasks it writes a ticket, a word with the instruction's turn, the number of tasks and
the next one to take. Whoever is free takes tasks off the ticket, the first thread too, so a
thread that starts late or loses its processor holds up one task and no more.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba.extending import intrinsic

from kernels.field_types import INDEX, INT64S, MEMORY, Array
from kernels.jit import inline, kernel

LOOPS, OPERATIONS, STATUS, WORK = 0, 1, 2, 3
"""Words of the control block that the first thread writes: turns and operations that loops have
left, what ended the program, the instruction of the ticket, or the last."""
TICKET, DONE, FINISHED = 16, 32, 48
"""Words that all threads write or watch, each on a cache line of its own."""

FAILED, TOO_MANY_LOOPS, TOO_MANY_OPERATIONS, REFUSED = 1, 2, 3, 4
"""Of STATUS; 0 if all went well."""

NEXT_BITS, TASK_BITS = 20, 20
"""Of a ticket: the next task, the number of tasks; above them the turn."""
TURN_SHIFT = NEXT_BITS + TASK_BITS
MASK = (1 << NEXT_BITS) - 1

CHUNKS, GRAIN, DIRECTION, FIELDS = range(2, 6)
"""Words of an instruction. Its direction, 1 or -1, changes each time; it is 0 if it is always
the same."""

PATIENCE = 1000
"""Looks at the ticket before a thread lets others have the processor."""

_WORD, _STATUS = ir.IntType(64), ir.IntType(32)
_BYTE = ir.IntType(8)


def _call(typing_context: Any, entry: Any, row: Any, begin: Any, end: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        with builder.goto_entry_block():
            answer, scratch = (builder.alloca(_WORD) for _ in range(2))
        kind = ir.FunctionType(_STATUS, [_WORD.as_pointer()] * 2 + [_WORD] * 3)
        function = builder.inttoptr(arguments[0], kind.as_pointer())
        builder.store(_WORD(0), answer)
        status = builder.call(function, [answer, scratch, *arguments[1:]])
        refused = builder.icmp_unsigned("!=", builder.load(answer), _WORD(0))
        failed = builder.icmp_unsigned("!=", status, _STATUS(0))
        taken = builder.select(refused, _WORD(REFUSED), _WORD(0))
        return builder.select(failed, _WORD(FAILED), taken)

    return numba.int64(*[numba.int64] * 4), generate


call: Any = intrinsic(_call)
"""Runs chunks of the kernel at an address; 0, FAILED or REFUSED."""


def _pointer(builder: Any, base: Any, place: Any) -> Any:
    return builder.gep(builder.inttoptr(base, _WORD.as_pointer()), [place])


def _load_shared(typing_context: Any, base: Any, place: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load_atomic(_pointer(builder, *arguments), "acquire", 8)

    return numba.int64(numba.int64, numba.int64), generate


def _store_shared(typing_context: Any, base: Any, place: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store_atomic(arguments[2], _pointer(builder, *arguments[:2]), "release", 8)
        return context.get_dummy_value()

    return numba.void(numba.int64, numba.int64, numba.int64), generate


def _add_shared(typing_context: Any, base: Any, place: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(builder, *arguments[:2])
        return builder.atomic_rmw("add", pointer, arguments[2], "acq_rel")

    return numba.int64(numba.int64, numba.int64, numba.int64), generate


def _exchange(typing_context: Any, base: Any, place: Any, old: Any, new: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(builder, *arguments[:2])
        pair = builder.cmpxchg(pointer, arguments[2], arguments[3], "acq_rel", "acquire")
        return builder.extract_value(pair, 1)

    return numba.boolean(*[numba.int64] * 4), generate


def _yield(typing_context: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(_STATUS, [])
        function = builder.module.globals.get("sched_yield") or ir.Function(
            builder.module, kind, "sched_yield"
        )
        builder.call(function, [])
        return context.get_dummy_value()

    return numba.void(), generate


def _load_byte(typing_context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        loaded = builder.load(builder.inttoptr(arguments[0], _BYTE.as_pointer()))
        return builder.zext(loaded, _WORD)

    return numba.int64(numba.int64), generate


load_shared: Any = intrinsic(_load_shared)
store_shared: Any = intrinsic(_store_shared)
add_shared: Any = intrinsic(_add_shared)
exchange: Any = intrinsic(_exchange)
"""Words that several threads use: a block's address and the place in it. ``exchange`` writes
only over the old value, and tells whether it did."""
yield_processor: Any = intrinsic(_yield)
"""Lets other threads run."""
load_byte: Any = intrinsic(_load_byte)
"""The byte at an address."""


@inline
def take_task(program: int, control: int) -> bool:
    """Takes a task off the ticket and does it; false if there is none."""
    ticket = load_shared(control, TICKET)
    task, tasks = ticket & MASK, (ticket >> NEXT_BITS) & MASK
    if task >= tasks:
        return False
    if not exchange(control, TICKET, ticket, ticket + 1):
        return True
    at = load_shared(control, WORK)
    row = program + 8 * at
    chunks, grain = load_shared(row, CHUNKS), load_shared(row, GRAIN)
    begin = (task if load_shared(row, DIRECTION) >= 0 else tasks - 1 - task) * grain
    status = call(load_shared(row, 0), row + 8 * FIELDS, begin, min(chunks, begin + grain))
    if status != 0:
        store_shared(control, STATUS, status)
    add_shared(control, DONE, 1)
    return True


@inline
def run_alone(program: int, words: Array, at: int) -> int:
    """Does an instruction's chunks without other threads."""
    fields, chunks = program + 8 * (at + FIELDS), words[at + CHUNKS]
    if words[at + DIRECTION] >= 0:
        return call(words[at], fields, 0, chunks)  # type: ignore[no-any-return]
    status = 0
    for chunk in range(chunks - 1, -1, -1):
        status = max(status, call(words[at], fields, chunk, chunk + 1))
    return status


@inline
def share(program: int, control: int, at: int, tasks: int) -> None:
    """Does an instruction's tasks with the threads that are free."""
    turn = (load_shared(control, TICKET) >> TURN_SHIFT) + 1
    store_shared(control, WORK, at)
    store_shared(control, DONE, 0)
    store_shared(control, TICKET, (turn << TURN_SHIFT) | (tasks << NEXT_BITS))
    while take_task(program, control):
        pass
    looks = 0
    while load_shared(control, DONE) < tasks:
        looks += 1
        if looks > PATIENCE:
            yield_processor()


@kernel(INT64S, INT64S, MEMORY, MEMORY, INDEX)
def execute(
    words: Array, block: Array, program: int, control: int, threads: int, begin: int, end: int
) -> None:
    """Executes the program ``words``, at the address ``program``, from word ``begin`` to ``end``.

    ``block`` is the control block, at the address ``control``; ``threads`` take part.
    """
    at = begin
    while at < end:
        if words[at] == 0:
            if words[at + 2] != 0 and load_byte(words[at + 2]) != 0:
                at = words[at + 1]
                continue
            target = words[at + 3]
            if target <= at:
                block[LOOPS] -= words[at + 5]
                block[OPERATIONS] -= words[at + 4]
                if block[LOOPS] < 0 or block[OPERATIONS] < 0:
                    block[STATUS] = TOO_MANY_LOOPS if block[LOOPS] < 0 else TOO_MANY_OPERATIONS
                    block[WORK] = at
                    return
            at = target
            continue
        chunks, grain = words[at + CHUNKS], words[at + GRAIN]
        words[at + DIRECTION] = -words[at + DIRECTION]
        if threads == 1 or chunks <= grain:
            block[STATUS] = run_alone(program, words, at)
        else:
            share(program, control, at, (chunks + grain - 1) // grain)
        if load_shared(control, STATUS) != 0:
            block[WORK] = at
            return
        at = words[at + 1]


@kernel(MEMORY, MEMORY)
def assist(program: int, control: int, begin: int, end: int) -> None:
    """Takes tasks off the tickets of a program that another thread executes, until it ends."""
    looks = 0
    while load_shared(control, FINISHED) == 0:
        if take_task(program, control):
            looks = 0
        else:
            looks += 1
            if looks > PATIENCE:
                yield_processor()
