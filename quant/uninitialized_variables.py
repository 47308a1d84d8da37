"""Variables that a model reads although nothing gives them their first value.

TensorFlow's converter folds variables into constants, or keeps those that the model assigns
and initializes them in a subgraph that CALL_ONCE runs. It does neither, and says nothing,
where a SavedModel's checkpoint does not restore the variables of its graph, as after
``tf.saved_model.save`` of a Keras 3 model; the ``.tflite`` then computes with garbage.
"""

from __future__ import annotations

from collections.abc import Iterator

from kernels.model import Model, Operator, Subgraph
from kernels.tflite.schema import with_defaults

HANDLE, ASSIGN, CALL_ONCE = "VAR_HANDLE", "ASSIGN_VARIABLE", "CALL_ONCE"


def uninitialized_variables(model: Model) -> tuple[str, ...]:
    """Names, sorted, of the variables that no subgraph run by CALL_ONCE assigns."""
    initializers = set(_initializers(model))
    used: set[tuple[str, str]] = set()
    assigned: set[tuple[str, str]] = set()
    for index, subgraph in enumerate(model.subgraphs):
        handles = _handles(subgraph)
        used.update(handles.values())
        if index in initializers:
            assigned.update(_assigned(subgraph, handles))
    return tuple(sorted(name for _, name in used - assigned))


def _initializers(model: Model) -> Iterator[int]:
    for subgraph in model.subgraphs:
        for operator in subgraph.operators:
            if operator.name == CALL_ONCE:
                yield with_defaults(operator.options, "CallOnceOptions").init_subgraph_index


def _handles(subgraph: Subgraph) -> dict[int, tuple[str, str]]:
    """Tensor index -> (container, name) of the variable that it is a handle of."""
    return {
        operator.outputs[0]: _variable(operator)
        for operator in subgraph.operators
        if operator.name == HANDLE
    }


def _variable(operator: Operator) -> tuple[str, str]:
    options = with_defaults(operator.options, "VarHandleOptions")
    return options.container or "", options.shared_name or ""


def _assigned(subgraph: Subgraph, handles: dict[int, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for operator in subgraph.operators:
        if operator.name == ASSIGN and operator.inputs[0] in handles:
            yield handles[operator.inputs[0]]
