"""What an interpreter remembers between invocations: the one mutable thing in the runtime."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.meter import Meter

Array = NDArray[Any]

HANDLE_DTYPE = np.dtype(np.int32)
"""Of RESOURCE tensors: the number of a variable."""


@dataclass
class State:
    """``resources`` are the values of variables by handle (VAR_HANDLE), ``variables`` those of
    variable tensors by (subgraph, tensor); ``called_once`` the subgraphs that CALL_ONCE ran.
    ``positions`` are how far random generators have gone, by generator. ``meter`` counts what
    the current invocation costs."""

    handles: dict[tuple[str, str], int] = field(default_factory=dict)
    resources: dict[int, Array] = field(default_factory=dict)
    variables: dict[tuple[int, int], Array] = field(default_factory=dict)
    called_once: set[int] = field(default_factory=set)
    positions: dict[object, int] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)

    def handle(self, container: str, shared_name: str) -> int:
        """The number that stands for a named variable in RESOURCE tensors."""
        return self.handles.setdefault((container, shared_name), len(self.handles))

    def assign(self, handle: int, value: Array) -> None:
        """Keeps a copy as the variable's value. Raises ModelError beyond ``live_bytes``."""
        others = sum(kept.nbytes for number, kept in self.resources.items() if number != handle)
        self.meter.limits.check_live(others + value.nbytes)
        self.resources[handle] = value.copy()

    def reset(self) -> None:
        """Forgets every value; handles stay, since prepared operators hold them."""
        self.resources.clear()
        self.variables.clear()
        self.called_once.clear()
        self.positions.clear()
        self.meter.restart()
