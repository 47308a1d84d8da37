"""What a kernel is given when it is prepared, and what it returns.

A kernel is a function ``prepare(node) -> run``. ``prepare`` happens once: it checks what
can be checked without values and packs constants. ``run`` takes the operator's inputs as
arrays in operand order (``None`` where absent) and returns its outputs as a tuple.

Arrays that ``run`` gets are in C order and not its own: it must not write to them, except
to variable tensors, which it updates in place. What it returns may be a view of an input, a
NumPy scalar, or in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.model import Tensor
from kernels.state import State

NUMERICS = XNNPACK, REFERENCE = ("xnnpack", "reference")
"""What LiteRT computes by default, and what TFLite's reference kernels compute."""

Array = NDArray[Any]
Run = Callable[..., tuple[Array, ...]]


@dataclass(frozen=True)
class Operand:
    """A tensor as a kernel sees it: the declaration, and the value if it is constant."""

    tensor: Tensor
    constant: Array | None = None


@dataclass(frozen=True)
class Node:
    """An operator with its operands resolved.

    ``options`` has every field of the options table, defaults applied. ``numerics`` is
    ``"xnnpack"`` or ``"reference"``. ``subgraph`` runs a subgraph by index, for control
    flow: ``subgraph(i, inputs) -> outputs``; ``program(i)`` is its Program, to be lowered.
    ``state`` is what survives an invocation and ``limits`` what one may cost.
    ``intermediates`` are tensors that nothing makes, whose quantization says what the operator
    computes in between.
    """

    index: int
    name: str
    options: SimpleNamespace
    inputs: tuple[Operand | None, ...]
    outputs: tuple[Operand, ...]
    numerics: str
    subgraph: Callable[[int, tuple[Array, ...]], tuple[Array, ...]] | None = None
    program: Callable[[int], Any] | None = None
    limits: Limits = field(default_factory=Limits)
    state: State = field(default_factory=State)
    intermediates: tuple[Tensor | None, ...] = ()

    def optional(self, number: int) -> Operand | None:
        """The operand at ``number``, None if it is absent."""
        return self.inputs[number] if number < len(self.inputs) else None

    def operand(self, number: int) -> Operand:
        """The operand at ``number``; raises ModelError if it is absent."""
        operand = self.optional(number)
        if operand is None:
            raise ModelError(
                f"Operand {number} is missing.",
                f"{self.name} needs it; the file may be damaged.",
            )
        return operand


Prepare = Callable[[Node], Run]
