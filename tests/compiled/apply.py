"""Kernels of one array applied to numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.compiled.spans import BLOCK
from kernels.kernel import kernel


def apply(name: str, values: Any, *arguments: float) -> np.ndarray:
    """What the kernel of that name makes of float32 numbers."""
    x = np.array(values, np.float32)
    y = np.full_like(x, 7)
    if name.startswith("libm."):
        kernel(name)(x, y, chunks=x.size)
    else:
        kernel(name)(x, y, x.size, *arguments, chunks=-(-x.size // BLOCK))
    return y
