"""The same elements in another order: TRANSPOSE, REVERSE_V2.

Source: ``tflite/kernels/{transpose,reverse}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.axes import resolve_axes, resolve_axis
from kernels.errors import InputError
from kernels.node import Array, Node, Run


def transpose(node: Node) -> Run:
    """Dimension i of the result is dimension ``permutation[i]`` of x."""

    def run(x: Array, permutation: Array) -> tuple[Array, ...]:
        order = tuple(resolve_axis(axis, x.ndim) for axis in np.ravel(permutation).tolist())
        if sorted(order) != list(range(x.ndim)):
            raise InputError(
                f"TRANSPOSE of a tensor {x.shape} by {order}, which is no permutation of its axes.",
                "The file may be damaged: convert the model again.",
            )
        return (np.transpose(x, order),)

    return run


def reverse(node: Node) -> Run:
    """Flipped along the axes that the second input gives."""

    def run(x: Array, axes: Array) -> tuple[Array, ...]:
        return (np.flip(x, resolve_axes(axes, x.ndim)),)

    return run
