"""How long an operator is about to take on its target, from measured rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import prod

from kernels.constant import constant
from kernels.device_rates import RATES
from kernels.int8 import FLOAT, INT8, OUTPUT
from kernels.latency import OTHER_OPERATORS, POINTWISE, Rates, Work
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Subgraph
from quant.captured_constants import called_subgraphs
from quant.constants import elements

FILTER_RANK = 4
MOST_RUNS = 1_000_000
"""Of a subgraph: loops whose conditions compare with the largest integer end before."""


def operator_ms(
    model: Model, subgraph: Subgraph, operator: Operator, delivery: str, target: str
) -> float:
    """Milliseconds of one run of an operator whose weights are delivered so."""
    by_delivery = _rates(subgraph, operator, target)
    chosen = by_delivery.get(delivery) or by_delivery.get(FLOAT)
    return chosen.milliseconds(work(model, subgraph, operator)) if chosen else 0.0


def has_rates(subgraph: Subgraph, operator: Operator, delivery: str, target: str) -> bool:
    """Whether the operator was measured on the target with its weights delivered so."""
    return delivery in _rates(subgraph, operator, target)


def _rates(subgraph: Subgraph, operator: Operator, target: str) -> Mapping[str, Rates]:
    """Of each delivery."""
    rates = RATES.get(target, {})
    kinds = (kind(subgraph, operator), operator.name, OTHER_OPERATORS)
    return next((rates[each] for each in kinds if each in rates), {})


def kind(subgraph: Subgraph, operator: Operator) -> str:
    """What has rates of its own: an operator, or one with filters of a single tap, by name."""
    weights = INT8[operator.name].weights if operator.name in INT8 else ()
    filters = _shape(subgraph, operator, weights[0].operand) if weights else ()
    pointwise = len(filters) == FILTER_RANK and prod(filters[1:3]) == 1
    return operator.name + (POINTWISE if pointwise else "")


def _shape(subgraph: Subgraph, operator: Operator, operand: int) -> tuple[int, ...]:
    """Of an operand, or the first output; without dimensions if it is absent."""
    indices = operator.outputs[:1] if operand == OUTPUT else operator.inputs[operand : operand + 1]
    return subgraph.tensors[indices[0]].shape if indices and indices[0] >= 0 else ()


def work(model: Model, subgraph: Subgraph, operator: Operator) -> Work:
    """What one run of the operator does, whatever its weights are stored as."""
    facts = INT8.get(operator.name)
    operands = [None if i == OPTIONAL_TENSOR else subgraph.tensors[i] for i in operator.inputs]
    places = [weight.operand for weight in facts.weights] if facts else []
    weights = sum(elements(t) for i in places if i < len(operands) and (t := operands[i]))
    read = sum(
        elements(t)
        for i, t in enumerate(operands)
        if t and i not in places and not model.buffers[t.buffer]
    )
    made = [subgraph.tensors[i].shape for i in operator.outputs]
    rows = 0
    if facts is not None and facts.rows_of is not None:
        rows = prod(_shape(subgraph, operator, facts.rows_of)[:-1])
    return Work(rows, rows * weights, read, sum(map(prod, made)), weights)


def subgraph_runs(model: Model) -> tuple[int, ...]:
    """How often each subgraph runs for one run of the model, ``MOST_RUNS`` at most.

    A loop's body turns as often as the largest integer says that the loop's condition compares
    with, and once if it has none.
    """
    runs = [0] * len(model.subgraphs)
    for start in {0, *(signature.subgraph for signature in model.signatures)}:
        runs[start] = 1
    calls = [_calls(model, subgraph) for subgraph in model.subgraphs]
    callers = Counter(callee for each in calls for callee, _ in each)
    ready = [s for s in range(len(runs)) if not callers[s]]
    while ready:
        s = ready.pop()
        for callee, turns in calls[s]:
            runs[callee] = min(runs[callee] + runs[s] * turns, MOST_RUNS)
            callers[callee] -= 1
            if not callers[callee]:
                ready.append(callee)
    return tuple(runs)


def _calls(model: Model, subgraph: Subgraph) -> list[tuple[int, int]]:
    """Every subgraph that it runs, each time that it does, and for how many turns."""
    calls = []
    for operator in subgraph.operators:
        callees = called_subgraphs(operator)
        turns = max((_turns(model, model.subgraphs[callee]) for callee in callees), default=1)
        calls += [(callee, turns) for callee in callees]
    return calls


def _turns(model: Model, condition: Subgraph) -> int:
    """The largest single integer among the constants of a subgraph that only compares."""
    if len(condition.outputs) != 1 or condition.tensors[condition.outputs[0]].type != "BOOL":
        return 1
    scalars = [
        constant(model, tensor)
        for tensor in condition.tensors
        if tensor.type in ("INT32", "INT64") and elements(tensor) == 1
    ]
    return max((int(v.max()) for v in scalars if v is not None and v.max() > 0), default=1)
