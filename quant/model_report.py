"""All that is known of a quantized model beside its float model, as one JSON value.

The page, the summary on a terminal and the node data for Model Explorer are made of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from quant.accuracy_budget import Point
from quant.evaluate import Evaluation
from quant.finding import Finding
from quant.layer_error import LayerError
from quant.stored_constant import StoredConstant
from quant.threshold import Check
from quant.value_histogram import (
    ValueHistogram,
)
from quant.weight_effect import Effects, WeightEffect
from quant.weight_error import Channel

FORMAT = "tflq-report-1"


@dataclass(frozen=True)
class OperatorTime:
    """Seconds that all operators of a kind take in one run on one thread of this project's runtime:
    ``before`` in the float model, ``after`` in the quantized one."""

    kind: str
    before: float
    after: float


@dataclass(frozen=True)
class Front:
    """What the search within an accuracy budget measured, the largest file first."""

    metric: str
    chosen: Point
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Sizes:
    """Bytes of the files; ``structure`` are those of the quantized one that are no constants."""

    before: int
    after: int
    structure: int

    @property
    def ratio(self) -> float:
        """How many times smaller the file has become."""
        return self.before / self.after


@dataclass(frozen=True)
class ModelReport:
    """``samples`` is how many layers were compared on. What was not measured is empty or None.

    ``graphs`` are the names of its subgraphs, and ``operators`` counts the operators of each kind,
    both of the quantized model.
    """

    name: str
    target_runtime: str
    sizes: Sizes
    findings: tuple[Finding, ...]
    graphs: tuple[str, ...]
    operators: Mapping[str, int]
    constants: tuple[StoredConstant, ...]
    evaluation: Evaluation | None = None
    checks: tuple[Check, ...] = ()
    samples: int = 0
    layers: tuple[LayerError, ...] = ()
    histograms: tuple[ValueHistogram, ...] = ()
    effects: Effects | None = None
    front: Front | None = None
    times: tuple[OperatorTime, ...] = ()

    @property
    def passed(self) -> bool | None:
        """Whether every threshold is met; None where there is none."""
        return all(check.passed for check in self.checks) if self.checks else None

    def to_json(self) -> str:
        """One JSON object, with ``format``."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"

    def _repr_html_(self) -> str:
        from quant.notebook import model_report_html  # only notebooks ask for it

        return model_report_html(self)

    @staticmethod
    def from_json(text: str) -> ModelReport:
        """The report that ``to_json`` wrote."""
        given = json.loads(text)
        del given["format"]
        made: dict[str, Any] = {
            "sizes": Sizes(**given["sizes"]),
            "graphs": tuple(given["graphs"]),
            "findings": _each(Finding, given["findings"]),
            "constants": tuple(_constant(each) for each in given["constants"]),
            "checks": _each(Check, given["checks"]),
            "layers": _each(LayerError, given["layers"], "shape", "weights"),
            "histograms": _each(ValueHistogram, given["histograms"], "before", "after"),
            "times": _each(OperatorTime, given["times"]),
        }
        if given["evaluation"]:
            made["evaluation"] = Evaluation.from_json(json.dumps(given["evaluation"]))
        if given["effects"]:
            weights = _each(WeightEffect, given["effects"]["weights"])
            made["effects"] = Effects(given["effects"]["all_db"], weights)
        if given["front"]:
            made["front"] = read_front(given["front"])
        return ModelReport(**{**given, **made})


def _each(kind: Any, rows: Sequence[Mapping[str, Any]], *tuples: str) -> Any:
    return tuple(kind(**{**row, **{key: tuple(row[key]) for key in tuples}}) for row in rows)


def _constant(row: Mapping[str, Any]) -> StoredConstant:
    made: StoredConstant
    (made,) = _each(StoredConstant, [row], "shape", "readers")
    return made if row["channel"] is None else replace(made, channel=Channel(**row["channel"]))


def read_front(given: Mapping[str, Any]) -> Front:
    """The front of the JSON object that ``Search.to_json`` or ``ModelReport.to_json`` wrote."""
    points = given["points"] if "points" in given else given["front"]
    return Front(given["metric"], Point(**given["chosen"]), tuple(Point(**each) for each in points))
