"""Where LiteRT is wrong, crashes or reads what it should not, so that nothing is compared there:
a table. A test of the operator shows each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernels.node import NUMERICS, REFERENCE

_HYBRID = ("hybrid-int8",)
_ALL = ("float32", *_HYBRID)


@dataclass(frozen=True)
class LitertError:
    """How LiteRT errs: with an operator, types, numerics, and the values of axes at which it does,
    all together."""

    operator: str
    types: Sequence[str]
    reason: str
    numerics: Sequence[str] = NUMERICS
    at: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def concerns(self, operator: str, point: Mapping[str, Any], numerics: str) -> bool:
        """Whether a case is among them."""
        return (
            operator == self.operator
            and point["type"] in self.types
            and numerics in self.numerics
            and all(point.get(axis) in values for axis, values in self.at.items())
        )

    @property
    def where(self) -> str:
        """The values of axes, to read; "" if LiteRT errs at all."""
        return ", ".join(
            f"{axis} {' or '.join(str(value) for value in values)}"
            for axis, values in self.at.items()
        )


_STACKED = "LiteRT's batch-major kernel ignores the second input of a stacked layer"
_REPEATED = "LiteRT's hybrid kernel repeats the whole sequence once per step"
_MISPLACED = "LiteRT's batch-major kernel misplaces the states of a batch if it merges outputs"
_ADDRESS = "LiteRT's Python interface takes a fed scalar string for its address"
_BY_OUTPUTS = "LiteRT counts peepholes by outputs, not cells"

ERRORS: tuple[LitertError, ...] = (
    LitertError(
        "SUM",
        ("int8", "int16"),
        "LiteRT's reference kernel reads its sums as another type",
        (REFERENCE,),
    ),
    LitertError(
        "FULLY_CONNECTED",
        ("blockwise-int4",),
        "LiteRT's reference kernel takes the scales of blocks for 0",
        (REFERENCE,),
    ),
    LitertError(
        "BIDIRECTIONAL_SEQUENCE_RNN",
        _ALL,
        _STACKED,
        at={"time_major": (False,), "auxiliary": ("stacked",)},
    ),
    LitertError(
        "BIDIRECTIONAL_SEQUENCE_RNN", _HYBRID, _REPEATED, at={"time_major": (True,), "time": (4,)}
    ),
    LitertError(
        "BIDIRECTIONAL_SEQUENCE_LSTM",
        _ALL,
        _MISPLACED,
        at={"time_major": (False,), "merge": (True,), "batch": (2,)},
    ),
    *(
        LitertError(operator, ("int8",), _BY_OUTPUTS, at={"peephole": (True,), "projected": (3,)})
        for operator in ("LSTM", "UNIDIRECTIONAL_SEQUENCE_LSTM")
    ),
    *(
        LitertError(operator, ("string",), _ADDRESS, at={"shapes": (((), ()), ((9,), ()))})
        for operator in ("EQUAL", "NOT_EQUAL")
    ),
)


def litert_error(operator: str, point: Mapping[str, Any], numerics: str) -> str:
    """How LiteRT errs in a case; "" if it does not."""
    return next((e.reason for e in ERRORS if e.concerns(operator, point, numerics)), "")
