"""Drops the buffers that nothing of a model uses any more."""

from __future__ import annotations

from dataclasses import replace

from kernels.model import Model


def drop_unused_buffers(model: Model) -> Model:
    """The same model with the buffers that are used, renumbered in order.

    Tensors made at run time all show buffer 0 instead of an empty buffer of their own each.
    A model whose buffer 0 is not empty, against the format's convention, stays as it is.
    """
    if len(model.buffers[0]):
        return model
    kept = [0, *sorted(buffer for buffer in _used(model) if len(model.buffers[buffer]))]
    index = dict.fromkeys(range(len(model.buffers)), 0)
    index |= {old: new for new, old in enumerate(kept)}
    return replace(
        model,
        buffers=tuple(model.buffers[buffer] for buffer in kept),
        subgraphs=tuple(
            replace(
                subgraph,
                tensors=tuple(replace(t, buffer=index[t.buffer]) for t in subgraph.tensors),
            )
            for subgraph in model.subgraphs
        ),
        metadata=tuple(replace(entry, buffer=index[entry.buffer]) for entry in model.metadata),
        metadata_buffer=_renumbered(model.metadata_buffer, index),
    )


def _used(model: Model) -> set[int]:
    shown = {tensor.buffer for subgraph in model.subgraphs for tensor in subgraph.tensors}
    return shown | {entry.buffer for entry in model.metadata} | set(model.metadata_buffer or ())


def _renumbered(buffers: tuple[int, ...] | None, index: dict[int, int]) -> tuple[int, ...] | None:
    return None if buffers is None else tuple(index[buffer] for buffer in buffers)
