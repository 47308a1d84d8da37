"""What one run may cost, so that a malformed model ends in an error and not in a hang."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import ModelError


@dataclass(frozen=True)
class Limits:
    """``loop_iterations``: of all WHILE operators in one invocation. ``tensor_bytes``: of one
    tensor whose shape the model computes."""

    loop_iterations: int = 1_000_000
    tensor_bytes: int = 2 << 30

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

    def check_broadcast(self, *arrays: NDArray[Any]) -> None:
        """Raises ModelError if arrays that broadcast make one that is beyond the limit."""
        if prod(array.size for array in arrays) * arrays[-1].itemsize > self.tensor_bytes:
            shape = np.broadcast_shapes(*(array.shape for array in arrays))
            self.check_size(shape, arrays[-1].itemsize)
