"""Which tensor of a quantized model is which of the float model it was made from."""

from __future__ import annotations

from collections.abc import Mapping

from kernels.model import Model, Subgraph

Place = tuple[int, int]
"""A subgraph and a tensor of it."""


def tensor_pairs(float_model: Model, quantized: Model) -> Mapping[Place, Place]:
    """Place in the float model -> place in the quantized one: the same index if shape and name
    agree or the name was stripped, else the first of that name and shape. Those with no
    counterpart are absent."""
    return {
        (s, t): (s, found)
        for s, subgraph in enumerate(float_model.subgraphs[: len(quantized.subgraphs)])
        for t, found in _pairs(subgraph, quantized.subgraphs[s]).items()
    }


def _pairs(before: Subgraph, after: Subgraph) -> Mapping[int, int]:
    named: dict[tuple[str, tuple[int, ...]], int] = {}
    for t, tensor in enumerate(after.tensors):
        named.setdefault((tensor.name, tensor.shape), t)
    pairs = {}
    for t, tensor in enumerate(before.tensors):
        same = after.tensors[t] if t < len(after.tensors) else None
        if same is not None and same.shape == tensor.shape and same.name in (tensor.name, ""):
            pairs[t] = t
        elif tensor.name and (tensor.name, tensor.shape) in named:
            pairs[t] = named[tensor.name, tensor.shape]
    return pairs
