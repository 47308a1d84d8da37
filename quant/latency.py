"""How long a planned model is about to take on its target, from measured rates."""

from __future__ import annotations

from collections.abc import Mapping

from kernels.int8 import FLOAT, HYBRID
from kernels.model import Model
from quant.operator_latency import operator_ms, subgraph_runs
from quant.plan import Plan


def estimated_ms(model: Model, plan: Plan) -> float:
    """Milliseconds on one thread of the plan's target runtime, for the float model's shapes; a
    dimension that is free counts as it is written, 1.

    Good to compare plans of one model: the rates are of one machine (``kernels.latency``). 0.0
    for a target that was not measured.
    """
    deliveries = _deliveries(plan)
    runs = subgraph_runs(model)
    return sum(
        runs[s]
        * operator_ms(model, subgraph, operator, deliveries.get((s, o), FLOAT), plan.target_runtime)
        for s, subgraph in enumerate(model.subgraphs)
        for o, operator in enumerate(subgraph.operators)
    )


def _deliveries(plan: Plan) -> Mapping[tuple[int, int], str]:
    """(subgraph, operator) -> how it gets its weights; hybrid, if one of them is."""
    found: dict[tuple[int, int], str] = {}
    for entry in plan.constants:
        for consumer in entry.consumers if entry.is_quantized else ():
            place = consumer.subgraph, consumer.operator
            if found.get(place) != HYBRID:
                found[place] = consumer.delivery
    return found
