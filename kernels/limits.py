"""What a model may hold and what a run may cost, so that a malformed one ends in an error.

Nothing here is measured by a clock: what is beyond a limit is so on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import ModelError


@dataclass(frozen=True)
class Limits:
    """All limits, in one place.

    Of a file: ``file_bytes``; ``tables``, each counted as often as it is referred to;
    ``operators`` of all subgraphs; ``rank`` of a tensor; ``call_depth``, subgraphs that call
    each other. Of a tensor, declared or computed: ``tensor_bytes``. Of one invocation:
    ``live_bytes`` of all values held at a time, constants not counted; ``loop_iterations`` of
    all WHILE operators; ``operations``, multiply-adds and elements moved (``kernels.cost``).
    """

    file_bytes: int = 64 << 30
    tables: int = 1_000_000
    operators: int = 100_000
    rank: int = 64
    call_depth: int = 64
    tensor_bytes: int = 4 << 30
    live_bytes: int = 8 << 30
    loop_iterations: int = 1_000_000
    operations: int = 10**12

    def check_size(self, shape: tuple[int, ...], item_bytes: int) -> None:
        """Raises ModelError if a dimension is negative or the tensor is beyond the limit."""
        if min(shape, default=0) < 0:
            raise ModelError(
                f"The model computes the shape {shape}, with a negative dimension.",
                "Check the input that the shape is computed from.",
            )
        if prod(shape) * item_bytes > self.tensor_bytes:
            raise ModelError(
                f"The model computes a tensor of shape {shape}, {prod(shape) * item_bytes} bytes; "
                f"the limit is {self.tensor_bytes}.",
                "Check the input that the shape is computed from, or pass "
                "Interpreter(..., limits=Limits(tensor_bytes=...)).",
            )

    def check_live(self, size: int) -> None:
        """Raises ModelError if values of so many bytes at a time are beyond the limit."""
        if size > self.live_bytes:
            raise ModelError(
                f"The values of the model take {size} bytes at a time; "
                f"the limit is {self.live_bytes}.",
                "Feed less at a time, or pass Interpreter(..., limits=Limits(live_bytes=...)).",
            )

    def check_broadcast(self, *arrays: NDArray[Any]) -> None:
        """Raises ModelError if arrays that broadcast make one that is beyond the limit."""
        if prod(array.size for array in arrays) * arrays[-1].itemsize > self.tensor_bytes:
            shape = np.broadcast_shapes(*(array.shape for array in arrays))
            self.check_size(shape, arrays[-1].itemsize)
