"""Where hybrid kernels gain nothing on the target: float kernels had better read those weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernels.int8 import DEQUANTIZE, HYBRID, INT8
from kernels.model import Model
from quant.operator_latency import has_rates, operator_ms, subgraph_runs

LEAST_GAIN = 0.001
"""Of the model's time. A hybrid kernel that saves less is not worth the rounding of its
activations, which costs 2 to 4 dB."""

OperatorPlace = tuple[int, int]
"""An operator: indices of its subgraph and of itself."""


@dataclass(frozen=True)
class _Times:
    """Milliseconds of all runs of an operator; ``hybrid`` is None where it has no such kernel, or
    none that multiplies: what only moves int8 rows saves memory, and time is no question."""

    name: str
    dequantized: float
    hybrid: float | None

    @property
    def least(self) -> float:
        return self.dequantized if self.hybrid is None else min(self.dequantized, self.hybrid)


def slow_hybrids(model: Model, target: str) -> Mapping[OperatorPlace, str]:
    """The operators whose hybrid kernels would not make the model faster by ``LEAST_GAIN``, and
    why, in words. Empty for a target that was not measured."""
    runs = subgraph_runs(model)
    times = {
        (s, o): _times(model, s, o, runs[s], target)
        for s, subgraph in enumerate(model.subgraphs)
        for o in range(len(subgraph.operators))
    }
    total = sum(each.least for each in times.values())
    reasons = {place: _reason(each, total) for place, each in times.items()}
    return {place: reason for place, reason in reasons.items() if reason}


def _times(model: Model, s: int, o: int, runs: int, target: str) -> _Times:
    subgraph = model.subgraphs[s]
    operator = subgraph.operators[o]
    facts = INT8.get(operator.name)
    hybrid = None
    if facts and facts.rows_of is not None and has_rates(subgraph, operator, HYBRID, target):
        hybrid = runs * operator_ms(model, subgraph, operator, HYBRID, target)
    dequantized = runs * operator_ms(model, subgraph, operator, DEQUANTIZE, target)
    return _Times(operator.name, dequantized, hybrid)


def _reason(times: _Times, total: float) -> str:
    if times.hybrid is None or times.dequantized - times.hybrid >= LEAST_GAIN * total:
        return ""
    if times.hybrid >= times.dequantized:
        return (
            f"hybrid {times.name} would take {1000 * times.hybrid:.3g} us, "
            f"float {1000 * times.dequantized:.3g}"
        )
    share = (times.dequantized - times.hybrid) / total
    return f"hybrid {times.name} would save {100 * share:.2g} % of the time"
