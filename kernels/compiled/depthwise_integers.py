"""Depthwise convolution of integers, by histories of columns: see ``history``.

x: (N, H, W, C); weights: int32 (KW, steps, C'), for each column of the filter so many sets of
weights of rows, the last rows first; output: (N, OH, OW, C). C' are the channels up to a whole
vector. Beyond the image codes stand for 0.0.

A chunk is a band of rows by a block of channels, as in ``windows``. Its histories are on the stack:
``reach`` columns, and ``slots`` rows of them, since dilated or high filters look further back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kernels.compiled.history import Histories
from kernels.compiled.vector_ir import (
    INT8,
    INT32,
    INT64,
    Register,
    constant,
    each,
    if_else,
    load,
    loop,
    minimum,
    scratch,
    store,
    times,
)
from kernels.compiled.vector_kernel import VectorSource, vector_kernel
from kernels.compiled.windows import SHAPE, Chunk, Vectors, divide
from kernels.field_types import INDEX, MEMORY, FieldType

HISTORY_BYTES = 1 << 18
"""Of a thread's stack."""
ROUNDS = 1 << 20
"""Of slots: more than there are rows above an image."""

FIELDS = {
    **dict.fromkeys(("x", "weights", "output"), MEMORY),
    **SHAPE,
    **dict.fromkeys(
        (
            "filter_rows",
            "filter_columns",
            "dilation_rows",
            "dilation_columns",
            "slots",
            "reach",
        ),
        INDEX,
    ),
}


@dataclass(frozen=True)
class Ends:
    """What a convolution begins and ends with. ``size``: of a number in bytes; ``zero``: the code
    of 0.0; ``encode(address, left, mask)``: codes of a vector of numbers, of which the first
    ``left``, or all, are ``usual`` numbers of an image, which has so many before others; ``start``:
    of totals, for each vector; ``finish``: from totals to outputs."""

    size: int
    zero: Register
    usual: Register
    encode: Callable[[Register, Register | None, Register | None], Register]
    start: Vectors
    finish: Callable[[Vectors], Vectors]


EndsOf = Callable[[Any, Chunk, Histories], Ends]


@dataclass(frozen=True)
class Ring:
    """Histories in memory: ``row(r)`` is where those that end with row r of the input begin."""

    memory: Register
    slots: Register
    pitch: int
    slot_bytes: Register

    def row(self, number: Register) -> Register:
        """Rows may begin above the image."""
        return self.memory + (number + self.slots * ROUNDS) % self.slots * self.slot_bytes


@dataclass(frozen=True)
class Band:
    """A chunk while it is computed."""

    f: Any
    chunk: Chunk
    histories: Histories
    ends: Ends
    ring: Ring

    @property
    def places(self) -> list[int]:
        """Where a pixel's vectors of histories are."""
        return [v * self.histories.kind.size for v in range(self.chunk.vectors)]

    def clear(self) -> None:
        """Nothing but 0.0 came so far."""
        empty = self.histories.filled(self.ends.zero)
        count = self.ring.slots * self.f.reach * self.chunk.vectors
        times(count, lambda i: store(empty, self.ring.memory + i * empty.kind.size))

    def push(self, row: Register) -> None:
        """A row of the input enters the histories; beyond the image it is 0.0."""
        before, after = self.ring.row(row - self.f.dilation_rows), self.ring.row(row)
        kind = self.histories.kind

        def enter(place: Register, code: Register) -> None:
            entered = self.histories.entered(load(before + place, kind), code)
            store(entered, after + place)

        first = minimum(self.f.left, self.f.reach)
        last = minimum(self.f.reach, self.f.left + self.f.width)

        def push_pixels() -> None:
            end = (row + 1) * self.f.width * self.f.channels
            if_else(
                end <= self.ends.usual,
                lambda: each(first, last, 1, lambda column: push_pixel(column, True)),
                lambda: each(first, last, 1, lambda column: push_pixel(column, False)),
            )

        def push_pixel(column: Register, is_usual: bool) -> None:
            place = (row * self.f.width + column - self.f.left) * self.f.channels
            place = place + self.chunk.channel
            start = self.chunk.image * self.f.height * self.f.width * self.f.channels
            for v, at in enumerate(self.places):
                inner = place + v * self.histories.lanes
                source = self.f.x + (start + inner) * self.ends.size
                left = None if is_usual else self.ends.usual - inner
                code = self.ends.encode(source, left, self.chunk.mask)
                enter(column * self.ring.pitch + at, code)

        def push_zeros() -> None:
            count = self.f.reach * self.chunk.vectors
            times(count, lambda i: enter(i * kind.size, self.ends.zero))

        if_else((row >= 0) & (row < self.f.height), push_pixels, push_zeros)


Totals = Callable[[Band, Register, Register, int], list[Vectors]]
"""The totals of neighbouring pixels: given the last row of the input that they see, the column of
the first, and how many."""


def make_band(band: Band, together: int, totals: Totals) -> None:
    """All rows of a chunk."""
    f, chunk = band.f, band.chunk

    def make_row(row: Register, last: Register) -> None:
        start = ((chunk.image * f.rows + row) * f.columns) * f.channels + chunk.channel
        target = f.output + start * band.ends.size

        def make_pixels(column: Register, count: int) -> None:
            for p, made in enumerate(totals(band, last, column, count)):
                at = target + (column + p) * f.channels * band.ends.size
                chunk.store(band.ends.finish(made), at)

        whole = f.columns // together * together
        each(constant(row, INT64, 0), whole, together, lambda at: make_pixels(at, together))
        if together > 1:
            each(whole, f.columns, 1, lambda column: make_pixels(column, 1))

    def turn(number: Register, next_row: Register) -> list[Register]:
        row = chunk.begin + number
        last = row * f.stride_rows - f.top + f.dilation_rows * (f.filter_rows - 1)
        each(next_row, last + 1, 1, band.push)
        make_row(row, last)
        return [last + 1]

    band.clear()
    loop(chunk.end - chunk.begin, [chunk.begin * f.stride_rows - f.top], turn)


def weights_at(band: Band, number: Register | int) -> Vectors:
    """A set of weights of each channel."""
    f, kind = band.f, band.histories.kind
    set_bytes = (f.channels + (kind.count - 1)) // kind.count * kind.size
    return band.chunk.table(f.weights + set_bytes * number, INT32)


def square_totals(band: Band, size: int) -> Totals:
    """With the weights of a square filter in registers."""
    steps = -(-size // band.histories.group)
    weights = [weights_at(band, number) for number in range(size * steps)]

    def totals(band: Band, last: Register, column: Register, count: int) -> list[Vectors]:
        f, h = band.f, band.histories
        rows = [band.ring.row(last - f.dilation_rows * (h.group * step)) for step in range(steps)]
        made = [band.ends.start] * count
        for number, loaded in enumerate(weights):
            at = column * f.stride_columns + f.dilation_columns * (number // steps)
            for p in range(count):
                start = rows[number % steps] + (at + f.stride_columns * p) * band.ring.pitch
                made[p] = [
                    h.dot(total, load(start + place, h.kind), weight)
                    for total, place, weight in zip(made[p], band.places, loaded, strict=True)
                ]
        return made

    return totals


def any_totals(band: Band, last: Register, column: Register, count: int) -> list[Vectors]:
    """With any filter, and one vector of channels."""
    f, h = band.f, band.histories
    steps = (f.filter_rows + (h.group - 1)) // h.group

    def add_rows(step: Register, *totals: Register) -> tuple[Register, ...]:
        row = band.ring.row(last - step * f.dilation_rows * h.group)

        def add_column(tap: Register, *totals: Register) -> list[Register]:
            (weight,) = weights_at(band, tap * steps + step)
            at = column * f.stride_columns + tap * f.dilation_columns
            places = [row + (at + f.stride_columns * p) * band.ring.pitch for p in range(count)]
            return [
                h.dot(total, load(place, h.kind), weight)
                for total, place in zip(totals, places, strict=True)
            ]

        return loop(f.filter_columns, totals, add_column)

    return [[total] for total in loop(steps, band.ends.start * count, add_rows)]


def convolution(
    histories: Histories,
    fields: Mapping[str, FieldType],
    ends: EndsOf,
    vectors: int,
    together: int,
    totals: Callable[[Band], Totals],
) -> VectorSource:
    """A kernel that makes ``together`` pixels of a row by ``vectors`` of channels at a time."""

    @vector_kernel(**FIELDS, **fields)
    def convolve(f: Any, number: Register) -> None:
        memory = scratch(number, INT8 * 64, HISTORY_BYTES // 64)

        def run(chunk: Chunk) -> None:
            pitch = chunk.vectors * histories.kind.size
            ring = Ring(memory, f.slots, pitch, f.reach * pitch)
            band = Band(f, chunk, histories, ends(f, chunk, histories), ring)
            make_band(band, together, totals(band))

        divide(f, number, histories.lanes, vectors, run)

    return convolve
