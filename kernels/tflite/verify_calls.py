"""Which subgraphs call which: the indices are there, and no subgraph calls itself in the end."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

import numpy as np

from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.model import Model, Operator
from kernels.tflite.schema import OPTIONS, TABLES, UNIONS, with_defaults

_CURE = "The file is damaged or its converter is wrong: fetch it or convert it again."
_CALL_FIELDS = MappingProxyType(
    {
        name: tuple(
            field.name
            for field in layout.fields
            if "subgraph" in field.name or field.name == "called_computations"
        )
        for name, layout in TABLES.items()
        if name.endswith("Options")
    }
)
"""Options table -> its fields that hold subgraph indices."""


def called_subgraphs(operator: Operator) -> tuple[int, ...]:
    """The indices of the subgraphs that an operator calls, as in WHILE's or IF's options."""
    table_name = OPTIONS[operator.name]
    fields = _CALL_FIELDS.get(table_name, ())
    if not fields:
        return ()
    is_second = table_name in UNIONS["BuiltinOptions2"]
    given = with_defaults(operator.options2 if is_second else operator.options, table_name)
    return tuple(index for name in fields for index in np.atleast_1d(getattr(given, name)).tolist())


def verify_calls(model: Model, limits: Limits) -> None:
    """Raises ModelError if an operator calls a subgraph that is not there, or in a circle, or
    if calls are nested beyond ``call_depth``."""
    count = len(model.subgraphs)
    calls: dict[int, set[int]] = {i: set() for i in range(count)}
    for i, subgraph in enumerate(model.subgraphs):
        for j, operator in enumerate(subgraph.operators):
            for index in called_subgraphs(operator):
                if not 0 <= index < count:
                    raise ModelError(
                        f"subgraphs[{i}].operators[{j}] {operator.name} calls subgraph {index}, "
                        f"of {count}.",
                        _CURE,
                    )
                calls[i].add(index)
    try:
        order = [*TopologicalSorter(calls).static_order()]
    except CycleError as error:
        circle = " -> ".join(str(index) for index in reversed(error.args[1]))
        raise ModelError(f"The subgraphs call each other in a circle: {circle}.", _CURE) from error
    depth: dict[int, int] = {}
    for caller in order:
        depth[caller] = 1 + max((depth[called] for called in calls[caller]), default=0)
    if max(depth.values()) > limits.call_depth:
        raise ModelError(
            f"Subgraphs call each other {max(depth.values())} deep; "
            f"the limit is {limits.call_depth}.",
            _CURE,
        )
