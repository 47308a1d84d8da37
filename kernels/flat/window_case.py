"""Windows over images whose shapes fit: where they are, and how the work is divided."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from kernels.flat.border import Border
from kernels.flat.value import Value
from kernels.isa import InstructionSet
from kernels.stencil import IMAGE_RANK, Stencil
from kernels.window import Window, place_window

LARGEST_COUNT = 2**31 - 2**16
"""Numbers of an input or output."""
LARGEST_BORDER = 1 << 16
"""Rows or columns of zeros, and how far a window reaches."""

LEAST_BAND = 16
"""Rows that a chunk makes, if there are as many: what chunks share is computed twice."""
CHUNKS, TASKS = 16, 64
"""Chunks that there should be, and tasks at most."""


@dataclass(frozen=True)
class WindowCase:
    """x: (N, H, W, C); the windows fall on it with ``border`` around; ``positions``: rows and
    columns of the output."""

    x: Value
    stencil: Stencil
    border: Border
    positions: tuple[int, int]

    @property
    def reach(self) -> tuple[int, int]:
        """Rows and columns that all windows of an image see."""
        rows, columns = (
            (count - 1) * stride + (size - 1) * dilation + 1
            for count, size, stride, dilation in zip(
                self.positions,
                self.stencil.size,
                self.stencil.stride,
                self.stencil.dilation,
                strict=True,
            )
        )
        return rows, columns

    @property
    def inner_columns(self) -> tuple[int, int]:
        """The first column of the output whose window is within the image's width, and the one
        after the last."""
        stride, dilation = self.stencil.stride[1], self.stencil.dilation[1]
        last_start = self.x.shape[2] - 1 - (self.stencil.size[1] - 1) * dilation + self.border.left
        last = min(self.positions[1], last_start // stride + 1)
        first = min(-(-self.border.left // stride), self.positions[1])
        return first, max(first, last)

    @property
    def band(self) -> int:
        """Rows that a chunk makes."""
        rows = self.positions[0]
        wanted = -(-CHUNKS // self.x.shape[0])
        return -(-rows // max(1, min(wanted, rows // LEAST_BAND)))

    @property
    def rows_share(self) -> bool:
        """Whether neighbouring rows of the output see the same rows but one; bands have several."""
        shares = self.stencil.stride[0] == self.stencil.dilation[0]
        return shares and self.band > 1 and self.positions[0] % self.band != 1

    def fields(self) -> tuple[int, ...]:
        """What kernels of ``kernels.compiled.windows`` are told."""
        sizes = (*self.x.shape[1:], *self.positions, self.band)
        start = self.border.above, self.border.left
        return *sizes, *self.stencil.stride, *start, *self.inner_columns

    def chunks(self, isa: InstructionSet, vectors: int, per_lane: int = 1) -> int:
        """How many there are in blocks of ``vectors`` vectors of channels, ``per_lane`` in a lane;
        of plain kernels, the rows of the output."""
        if not isa.has_vectors:
            return self.x.shape[0] * self.positions[0]
        lanes, channels = isa.lanes * per_lane, self.x.shape[3]
        blocks = channels // (lanes * vectors) + -(-(channels % (lanes * vectors)) // lanes)
        return self.x.shape[0] * -(-self.positions[0] // self.band) * blocks


def window_case(x: Value, stencil: Stencil, padding: Border) -> WindowCase | None:
    """The windows on x with a border; None if shapes do not fit. Raises ModelError."""
    if len(x.shape) != IMAGE_RANK or not 0 < x.count <= LARGEST_COUNT:
        return None
    padded = padding.around(x.shape)
    rows, columns = (_placed(stencil, axis, padded[1 + axis]) for axis in range(2))
    border = padding.within(Border.of(rows, columns))
    case = WindowCase(x, stencil, border, (rows.positions, columns.positions))
    sizes = (border.above, border.left, *case.reach)
    fits = max(sizes) <= LARGEST_BORDER and 0 < x.shape[0] * prod(case.positions) <= LARGEST_COUNT
    return case if fits else None


def _placed(stencil: Stencil, axis: int, length: int) -> Window:
    size, stride, dilation = stencil.size[axis], stencil.stride[axis], stencil.dilation[axis]
    return place_window(length, size, stride, stencil.padding, dilation)


def grain(chunks: int) -> int:
    """Chunks that a thread takes at a time."""
    return max(1, chunks // TASKS)
