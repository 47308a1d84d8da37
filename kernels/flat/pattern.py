"""Several operators that are lowered as one, because of what lies between them.

A pattern is written as operators make their outputs from each other: SQUARE of SUB of x and y is
``Made("SQUARE", (Made("SUB", ("x", "y")),))``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kernels.flat.instruction import Lowered
from kernels.flat.value import Source
from kernels.node import Node

ANY = "_"
"""Stands for any tensor in a pattern."""


@dataclass(frozen=True)
class Made:
    """The output of an operator. Inputs are outputs of others, or tensors by name: the same name
    is the same tensor."""

    operator: str
    inputs: tuple[Made | str, ...]


@dataclass(frozen=True)
class Pattern:
    """``lower(nodes, node, inputs)`` makes instructions of it: ``nodes`` are its operators, as
    they are written, ``inputs`` the tensors of the names in ``reads``, ``node`` the first of the
    operators with these inputs. ``passes``: how often all of them read or make the first tensor.
    """

    root: Made
    reads: tuple[str, ...]
    passes: int
    lower: Callable[[Sequence[Node], Node, Sequence[Source | None]], Lowered | None]
