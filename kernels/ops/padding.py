"""Padding: PAD, PADV2, MIRROR_PAD.

Inputs: x, then (before, after) for every dimension of it.
Source: ``tflite/kernels/{pad,mirror_pad}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.affine import stored_zero
from kernels.errors import InputError, ModelError
from kernels.limits import Limits
from kernels.node import Array, Node, Run

_REFLECT, _SYMMETRIC = 0, 1
"""The schema's MirrorPadMode."""


def pad(node: Node) -> Run:
    """Pads with 0 (the zero point if quantized) or, for PADV2, with the third input."""
    zero = stored_zero(node.outputs[0].tensor)

    def run(x: Array, paddings: Array, value: Array | None = None) -> tuple[Array, ...]:
        widths = _widths(x, paddings, node.limits)
        return (np.pad(x, widths, constant_values=zero if value is None else value.item()),)

    return run


def mirror_pad(node: Node) -> Run:
    """Pads with the elements next to the border; REFLECT does not repeat the border itself."""
    mode = node.options.mode
    if mode not in (_REFLECT, _SYMMETRIC):
        raise ModelError(
            f"Its mode is {mode}.", "Modes are REFLECT (0) and SYMMETRIC (1): the file is damaged."
        )
    border = 1 if mode == _REFLECT else 0

    def run(x: Array, paddings: Array) -> tuple[Array, ...]:
        widths = _widths(x, paddings, node.limits)
        if any(max(pair) > size - border for pair, size in zip(widths, x.shape, strict=True)):
            raise InputError(
                f"MIRROR_PAD by {widths} does not fit a tensor {x.shape}.",
                "A dimension can grow on each side by its own size, by one less if it reflects.",
            )
        return (np.pad(x, widths, "reflect" if border else "symmetric"),)

    return run


def _widths(x: Array, paddings: Array, limits: Limits) -> tuple[tuple[int, int], ...]:
    if paddings.shape != (x.ndim, 2) or np.any(paddings < 0):
        raise InputError(
            f"The padding {paddings.tolist()} does not fit a tensor {x.shape}.",
            "It has two numbers, at least 0, for every dimension.",
        )
    widths = tuple((before, after) for before, after in paddings.tolist())
    sizes = zip(x.shape, widths, strict=True)
    limits.check_size(tuple(size + sum(width) for size, width in sizes), x.dtype.itemsize)
    return widths
