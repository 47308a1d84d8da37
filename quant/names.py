"""Leaves out names that nothing but people needs."""

from __future__ import annotations

from dataclasses import replace

from kernels.model import Model, Subgraph


def strip_names(model: Model) -> Model:
    """The model without the names of tensors that are no inputs or outputs of their subgraph, nor
    arguments of a signature. Runtimes find tensors by index; profilers and rules by name do not.
    """
    named: list[set[int]] = [{*g.inputs, *g.outputs} for g in model.subgraphs]
    for signature in model.signatures:
        named[signature.subgraph] |= {*signature.inputs.values(), *signature.outputs.values()}
    subgraphs = (
        _stripped(subgraph, kept) for subgraph, kept in zip(model.subgraphs, named, strict=True)
    )
    return replace(model, subgraphs=tuple(subgraphs))


def _stripped(subgraph: Subgraph, kept: set[int]) -> Subgraph:
    tensors = (t if i in kept else replace(t, name="") for i, t in enumerate(subgraph.tensors))
    return replace(subgraph, tensors=tuple(tensors))
