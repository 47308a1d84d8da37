"""Complex numbers: COMPLEX_ABS, IMAG, REAL, and RFFT2D, which makes them.

Source: ``tflite/kernels/{complex_support,rfft2d}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.element_types import FLOAT, require_type
from kernels.errors import InputError
from kernels.node import Array, Node, Prepare, Run

COMPLEX = ("COMPLEX64", "COMPLEX128")
SPATIAL_RANK = 2


def _part(compute: Callable[[Array], Array]) -> Prepare:
    def prepare(node: Node) -> Run:
        require_type(node, COMPLEX)

        def run(x: Array) -> tuple[Array, ...]:
            return (compute(x),)

        return run

    return prepare


absolute = _part(lambda x: np.hypot(x.real, x.imag))
real = _part(np.real)
imaginary = _part(np.imag)


def rfft2d(node: Node) -> Run:
    """The half of the two-dimensional Fourier transform that determines the rest.

    x: (.., H, W) float32, cut or padded with zeros to the lengths (h, w) of the second input;
    result (.., h, w / 2 + 1) complex64, computed in float64.
    """
    require_type(node, FLOAT)

    def run(x: Array, lengths: Array) -> tuple[Array, ...]:
        sizes = tuple(lengths.ravel().tolist())
        if x.ndim < SPATIAL_RANK or len(sizes) != SPATIAL_RANK or not all(map(_is_power, sizes)):
            raise InputError(
                f"RFFT2D of lengths {sizes} on a tensor {x.shape}.",
                "It takes two lengths, powers of two, and at least two dimensions.",
            )
        node.limits.check_size((*x.shape[:-SPATIAL_RANK], *sizes), np.dtype(complex).itemsize)
        return (np.fft.rfft2(x.astype(np.float64), s=sizes).astype(np.complex64),)

    return run


def _is_power(length: int) -> bool:
    return length > 0 and length & (length - 1) == 0
