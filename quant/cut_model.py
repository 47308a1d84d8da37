"""A part of a subgraph as a model of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from kernels.model import OPTIONAL_TENSOR, Model, Signature, Subgraph

CUT = "part"
"""The signature's key."""
_STATES = frozenset({"RESOURCE", "VARIANT"})
"""Types of what operators share without passing it on."""


def live_tensors(subgraph: Subgraph, position: int) -> tuple[int, ...]:
    """What is given or made before the operator at ``position`` and read from there on."""
    made = {*subgraph.inputs, *_made(subgraph, slice(position))}
    read = {t for operator in subgraph.operators[position:] for t in operator.inputs}
    return tuple(sorted(made & (read | {*subgraph.outputs})))


def can_cut(subgraph: Subgraph, position: int) -> bool:
    """Whether operators from ``position`` on need nothing of those before but arrays."""
    before, after = (
        {t for operator in part for t in (*operator.inputs, *operator.outputs)} - {OPTIONAL_TENSOR}
        for part in (subgraph.operators[:position], subgraph.operators[position:])
    )
    has_state = any(subgraph.tensors[t].type in _STATES for t in before | after)
    return not has_state and not any(subgraph.tensors[t].is_variable for t in before & after)


def cut_model(
    model: Model, subgraph: int, operators: slice, inputs: Sequence[int], outputs: Collection[int]
) -> Model:
    """Those operators of the subgraph, which becomes the first; other subgraphs are as they were.

    Arguments and results of its signature are called as ``argument`` says.
    """
    source = model.subgraphs[subgraph]
    part = replace(
        source,
        operators=source.operators[operators],
        inputs=tuple(inputs),
        outputs=tuple(outputs),
    )
    signature = Signature(
        CUT,
        {argument(t): t for t in inputs},
        {argument(t): t for t in outputs},
        subgraph,
    )
    subgraphs = [*model.subgraphs]
    subgraphs[subgraph] = part
    return replace(model, subgraphs=tuple(subgraphs), signatures=(signature,))


def argument(tensor: int) -> str:
    """The name of a tensor in the signature."""
    return f"tensor_{tensor}"


def _made(subgraph: Subgraph, operators: slice) -> set[int]:
    return {t for operator in subgraph.operators[operators] for t in operator.outputs}
