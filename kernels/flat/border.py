"""What is around images so that windows fit everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kernels.flat.value import Source, Value
from kernels.stencil import IMAGE_RANK
from kernels.window import Window


@dataclass(frozen=True)
class Border:
    """Pixels above, below, left and right of images (N, H, W, C)."""

    above: int = 0
    below: int = 0
    left: int = 0
    right: int = 0

    @classmethod
    def of(cls, rows: Window, columns: Window) -> Border:
        """What windows need."""
        return cls(rows.before, rows.after, columns.before, columns.after)

    def within(self, other: Border) -> Border:
        """Both borders, the other one outside."""
        return Border(
            self.above + other.above,
            self.below + other.below,
            self.left + other.left,
            self.right + other.right,
        )

    def around(self, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
        """The shape with the border."""
        n, height, width, channels = shape
        return n, self.above + height + self.below, self.left + width + self.right, channels

    def numbers(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """What the kernels of ``kernels.compiled.images`` are told of it."""
        _, height, width, channels = shape
        columns = (width * channels, self.left * channels, self.right * channels)
        return height, self.above, self.below, *columns


def padded_border(inputs: Sequence[Source | None]) -> Border | None:
    """What a PAD with zeros puts around images, from its inputs; None if it pads anything else."""
    x, paddings, *value = inputs
    if not (isinstance(x, Value) and isinstance(paddings, np.ndarray)) or any(
        given is not None for given in value
    ):
        return None
    if len(x.shape) != IMAGE_RANK or paddings.shape != (IMAGE_RANK, 2) or paddings.min() < 0:
        return None
    images, rows, columns, channels = paddings.tolist()
    return None if any((*images, *channels)) else Border(*rows, *columns)
