"""The operators of a model that have no kernel: all of them in one error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernels.errors import UnsupportedOperatorError
from kernels.model import Operator
from kernels.operators import OPERATORS


@dataclass(frozen=True)
class MissingOperator:
    """Where it is, and why it has no kernel: "" if the runtime has none of that name."""

    operator: Operator
    subgraph: int
    number: int
    reason: str

    @property
    def name(self) -> str:
        """The builtin operator, or a custom one with its code."""
        code = self.operator.custom_code
        return f"{self.operator.name} '{code}'" if code else self.operator.name

    @property
    def place(self) -> str:
        """Its index, with its subgraph if that is not the first."""
        return f"{self.number} of subgraph {self.subgraph}" if self.subgraph else str(self.number)


def unsupported(missing: Sequence[MissingOperator]) -> UnsupportedOperatorError:
    """The error that names every missing operator and where; for each name the first reason."""
    names = dict.fromkeys(operator.name for operator in missing)
    return UnsupportedOperatorError(
        "The model has operators that this runtime has no kernel for: "
        + "; ".join(_summary([m for m in missing if m.name == name]) for name in names),
        f"It has: {', '.join(name for name, facts in OPERATORS.items() if facts.kernel)}.",
    )


def _summary(of_one_name: Sequence[MissingOperator]) -> str:
    first = of_one_name[0]
    places = ", ".join(missing.place for missing in of_one_name)
    reason = f": {first.reason.rstrip('.')}" if first.reason else ""
    return f"{first.name} (operator {places}){reason}"
