"""A depthwise convolution of images whose shapes fit, and which kernels take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from kernels.activation import activation_bounds
from kernels.flat.border import Border
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.value import Source, Value, new_value
from kernels.flat.window_case import WindowCase, grain, window_case
from kernels.isa import instruction_set
from kernels.node import Array, Node
from kernels.ops.depthwise_convolution import BIAS, FILTER
from kernels.stencil import IMAGE_RANK, Stencil

GRAIN = 1 << 14
"""Numbers that a thread copies at a time."""


@dataclass(frozen=True)
class Size:
    """Kernels for filters of one size, which take blocks of so many vectors of channels."""

    name: str
    vectors: int


SQUARES = {(3, 3): "three", (5, 5): "five"}
ANY = Size("any", 1)


@dataclass(frozen=True)
class DepthwiseCase:
    """x: (N, H, W, C); windows: on x with each channel as often as filters use it; ``before``: what
    makes that; weights: (1, KH, KW, O)."""

    node: Node
    x: Value
    windows: WindowCase
    before: tuple[Instruction, ...]
    weights: Array
    bias: Source | None

    @property
    def filters(self) -> Array:
        """(KH, KW, O)."""
        filters: Array = self.weights[0]
        return filters

    @property
    def outputs(self) -> int:
        """Channels of the output."""
        return int(self.weights.shape[3])

    @property
    def is_multiplied(self) -> bool:
        """Whether an input channel makes several of the output's."""
        return self.outputs != self.x.shape[3]

    @property
    def bounds(self) -> tuple[float, float]:
        """Of the fused activation. Raises ModelError if it is no clamp."""
        return activation_bounds(self.node.options.fused_activation_function)

    @property
    def size(self) -> Size:
        """Which kernels are made for filters of this size."""
        isa, size = instruction_set(), self.windows.stencil.size
        known = isa.has_vectors and size in SQUARES
        return Size(SQUARES[size], isa.vectors_of(prod(size))) if known else ANY

    def output(self) -> Value:
        """A place for the output."""
        shape = (self.x.shape[0], *self.windows.positions, self.outputs)
        return new_value(shape, self.x.dtype)

    def lowered(
        self,
        kernel: str,
        size: Size,
        operands: tuple[Source, ...],
        output: Value,
        rest: tuple[Source | float, ...],
        before: tuple[Instruction, ...] = (),
    ) -> Lowered:
        """The convolution by a kernel that begins with the operands, the output and the shapes."""
        isa = instruction_set()
        chunks = self.windows.chunks(isa, size.vectors)
        arguments = (*operands, output, *self.windows.fields(), *rest)
        name = f"windows_{isa.name}.{kernel}_{size.name}"
        made = Instruction(name, arguments, chunks, grain(chunks))
        return Lowered((output,), (*before, *self.before, made))


def depthwise_case(
    node: Node, x: Source | None, inputs: Sequence[Source | None], padding: Border
) -> DepthwiseCase | None:
    """The convolution of x with a border; None if its shapes do not fit. Raises ModelError."""
    weights, bias = inputs[FILTER], inputs[BIAS] if len(inputs) > BIAS else None
    if not (isinstance(x, Value) and isinstance(weights, np.ndarray)):
        return None
    if weights.ndim != IMAGE_RANK or len(weights) != 1 or not weights.size:
        return None
    stencil = Stencil.of(node.options, node.operand(FILTER).tensor)
    windows = window_case(x, stencil, padding)
    if windows is None or weights.shape[1:3] != stencil.size or weights.shape[3] % x.shape[3]:
        return None
    windows, before = _multiplied(windows, weights.shape[3] // x.shape[3])
    return DepthwiseCase(node, x, windows, before, weights, bias)


def _multiplied(windows: WindowCase, times: int) -> tuple[WindowCase, tuple[Instruction, ...]]:
    """The same windows where each channel comes ``times`` times, and what makes that."""
    x = windows.x
    if times == 1:
        return windows, ()
    y = new_value((*x.shape[:3], x.shape[3] * times), x.dtype)
    kernel = "repeat_floats" if x.dtype == np.float32 else "repeat_bytes"
    made = Instruction(f"repeating.{kernel}", (x, y, times), y.count, GRAIN)
    return replace(windows, x=y), (made,)
