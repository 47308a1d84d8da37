"""Where the windows of a chunk lie in memory: a band of rows of one image's output, by a block of
channels.

Images are (N, H, W, C). A block has whole vectors of channels; what is left over at the end goes in
single vectors, of which a mask says the places that are channels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kernels.compiled.vector_ir import (
    Kind,
    Register,
    each,
    first_places,
    if_else,
    load,
    minimum,
    select,
    splat,
    store,
    times,
)
from kernels.field_types import INDEX

SHAPE = dict.fromkeys(
    (
        "height",
        "width",
        "channels",
        "rows",
        "columns",
        "band",
        "stride_rows",
        "stride_columns",
        "top",
        "left",
        "first",
        "last",
    ),
    INDEX,
)
"""Of the input; of the output, and how many of its rows a chunk makes; the steps of the window, and
how far above and left of the image it begins. Columns of the output from ``first`` to before
``last`` see nothing left or right of the image."""

Vectors = list[Register]


@dataclass(frozen=True)
class Chunk:
    """Rows of an image's output, from ``begin`` to before ``end``, and ``vectors`` of ``lanes``
    channels from ``channel`` on; ``mask``: of the one vector whose places are not all channels."""

    image: Register
    begin: Register
    end: Register
    channel: Register
    lanes: int
    vectors: int
    mask: Register | None

    def load(self, address: Register, number: Kind) -> Vectors:
        """The vectors of a pixel of such numbers of which these channels are at an address."""
        kind = number * self.lanes
        return [load(address + v * kind.size, kind, self.mask) for v in range(self.vectors)]

    def store(self, values: Vectors, address: Register) -> None:
        """Writes the vectors of a pixel."""
        for v, value in enumerate(values):
            store(value, address + v * value.kind.size, self.mask)

    def table(self, address: Register, number: Kind) -> Vectors:
        """Vectors of numbers that there are for each channel, and up to a whole vector."""
        kind = number * self.lanes
        start = address + self.channel * number.size
        return [load(start + v * kind.size, kind) for v in range(self.vectors)]


def divide(
    f: Any, number: Register, lanes: int, vectors: int, run: Callable[[Chunk], None]
) -> None:
    """Runs the chunk of that number, in blocks of up to ``vectors`` vectors: blocks first, then
    bands, then images."""
    width = lanes * vectors
    wide = f.channels // width
    blocks = wide + (f.channels - wide * width + (lanes - 1)) // lanes
    bands = (f.rows + f.band - 1) // f.band
    block, band, image = number % blocks, number // blocks % bands, number // blocks // bands
    begin = band * f.band
    end = minimum(begin + f.band, f.rows)

    def run_single() -> None:
        channel = wide * width + (block - wide) * lanes
        mask = first_places(f.channels - channel, lanes)
        run(Chunk(image, begin, end, channel, lanes, 1, mask))

    def run_wide() -> None:
        run(Chunk(image, begin, end, block * width, lanes, vectors, None))

    if_else(block < wide, run_wide, run_single)


@dataclass(frozen=True)
class Pixels:
    """Where the channels of a chunk are in images of numbers of ``size`` bytes. ``outside``: a row
    of the input, of which each pixel is what counts beyond the image."""

    f: Any
    chunk: Chunk
    size: int
    outside: Register

    @property
    def pitch(self) -> Register:
        """Bytes from a pixel to the next."""
        pitch: Register = self.f.channels * self.size
        return pitch

    def input_row(self, row: Register) -> Register:
        """A row of the input, or the one outside."""
        inside = (row >= 0) & (row < self.f.height)
        start = (self.chunk.image * self.f.height + row) * self.f.width * self.pitch
        found: Register = select(inside, self.f.x + start, self.outside)
        return found + self.chunk.channel * self.size

    def checked(self, row: Register, column: Register, number: int) -> Register:
        """A pixel of a row, or one outside."""
        inside = (column >= 0) & (column < self.f.width)
        beyond = self.outside + self.chunk.channel * self.size
        found: Register = select(inside, row + column * self.pitch, beyond)
        return found

    def unchecked(self, row: Register, column: Register, number: int) -> Register:
        """A pixel of a row, ``number`` steps of the window further."""
        step: Register = self.pitch * self.f.stride_columns
        return row + column * self.pitch + step * number

    def output_row(self, row: Register) -> Register:
        """A row of the output."""
        start = (self.chunk.image * self.f.rows + row) * self.f.columns * self.pitch
        found: Register = self.f.output + start + self.chunk.channel * self.size
        return found


Place = Callable[[Register, Register, int], Register]
"""A pixel's address from those of a row, a column, and the number of a neighbour."""
Neighbours = Sequence[Sequence[Vectors]]
"""Of some rows some pixels."""
Make = Callable[[Register, int, Place], Neighbours]
"""Outputs, from a column on."""


def make_rows(pixels: Pixels, row: Register, together: int, make: Make) -> None:
    """Makes rows of the output, from one on: ``together`` neighbours where windows are within the
    image."""
    f, target = pixels.f, pixels.output_row(row)
    inner = (f.last - f.first) // together * together

    def finish(made: Neighbours, column: Register) -> None:
        for line, vectors_of in enumerate(made):
            start = target + f.columns * pixels.pitch * line
            for number, vectors in enumerate(vectors_of):
                pixels.chunk.store(vectors, start + (column + number) * pixels.pitch)

    def make_edge(number: Register) -> None:
        column = select(number < f.first, number, number + inner)
        finish(make(column, 1, pixels.checked), column)

    def make_inner(column: Register) -> None:
        finish(make(column, together, pixels.unchecked), column)

    times(f.columns - inner, make_edge)
    each(f.first, f.first + inner, together, make_inner)


def clamp(x: Register, low: Register, high: Register) -> Register:
    """Between two numbers; NaN stays, and of equals it is the bound, so -0.0 may become 0.0."""
    lanes = x.kind.count
    least, most = splat(low, lanes), splat(high, lanes)
    raised = select(x <= least, least, x)
    return select(raised >= most, most, raised)
