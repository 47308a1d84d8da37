"""What a kernel is given when it is prepared, and what it returns.

A kernel is a function ``prepare(node) -> run``. ``prepare`` happens once: it checks what
can be checked without values and packs constants. ``run`` takes the operator's inputs as
arrays in operand order (``None`` where absent) and returns its outputs as a tuple.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

from kernels.model import Tensor

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
    flow: ``subgraph(i, inputs) -> outputs``.
    """

    index: int
    name: str
    options: SimpleNamespace
    inputs: tuple[Operand | None, ...]
    outputs: tuple[Operand, ...]
    numerics: str
    subgraph: Callable[[int, tuple[Array, ...]], tuple[Array, ...]] | None = None


Prepare = Callable[[Node], Run]
