"""The signatures of a model; one that has none gets one, named after its tensors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from kernels.errors import InputError, ModelError
from kernels.model import Model, Signature, Subgraph
from kernels.tflite.verifier import verify

DEFAULT_KEY = "serving_default"
"""TensorFlow's name of the signature to call if none is named."""


def signatures_of(model: Model) -> dict[str, Signature]:
    """Signature key -> signature; every input of its subgraph has a name in it.

    Raises ModelError for a signature that takes a tensor its subgraph does not.
    """
    if not model.signatures:
        return {DEFAULT_KEY: _implicit(model.subgraphs[0])}
    return {
        signature.key: _completed(signature, model.subgraphs[signature.subgraph])
        for signature in model.signatures
    }


def chosen_signature(signatures: Mapping[str, Signature], key: str | None) -> Signature:
    """The signature of that key; without one, the only one or "serving_default".

    Raises InputError if there is none such.
    """
    default = DEFAULT_KEY if key is None else key
    if key is None and len(signatures) == 1:
        return next(iter(signatures.values()))
    if default not in signatures:
        raise InputError(
            f"The model has no signature '{default}'.",
            f"It has {', '.join(map(repr, signatures))}.",
        )
    return signatures[default]


def with_signature_outputs(model: Model) -> Model:
    """The model with every tensor that a signature gives among the outputs of its subgraph.

    Tools that edit a graph leave signatures behind that give inner tensors, and LiteRT takes
    them. Raises ModelError if nothing makes such a tensor.
    """
    inner = [_inner_outputs(model, index) for index in range(len(model.subgraphs))]
    if not any(inner):
        return model
    subgraphs = tuple(
        replace(subgraph, outputs=(*subgraph.outputs, *more))
        for subgraph, more in zip(model.subgraphs, inner, strict=True)
    )
    extended = replace(model, subgraphs=subgraphs)
    verify(extended)
    return extended


def _inner_outputs(model: Model, index: int) -> tuple[int, ...]:
    """The tensors that signatures of a subgraph give and the subgraph itself does not."""
    given = [t for s in model.signatures if s.subgraph == index for t in s.outputs.values()]
    return tuple(t for t in dict.fromkeys(given) if t not in model.subgraphs[index].outputs)


def _implicit(subgraph: Subgraph) -> Signature:
    inputs, outputs = (_named(subgraph, end) for end in (subgraph.inputs, subgraph.outputs))
    return Signature(DEFAULT_KEY, inputs, outputs)


def _named(subgraph: Subgraph, indices: tuple[int, ...]) -> dict[str, int]:
    """Tensor names; one that is empty or not the only one has the tensor's index added."""
    names = Counter(subgraph.tensors[index].name for index in indices)
    return {_unique(subgraph.tensors[index].name, index, names): index for index in indices}


def _unique(name: str, index: int, names: Counter[str]) -> str:
    return name if name and names[name] == 1 else f"{name}:{index}"


def _completed(signature: Signature, subgraph: Subgraph) -> Signature:
    foreign = {*signature.inputs.values()} - {*subgraph.inputs}
    if foreign:
        raise ModelError(
            f"Signature '{signature.key}' takes tensors {sorted(foreign)}, which are no inputs of "
            f"subgraph {signature.subgraph}.",
            "The file may be damaged: convert the model again.",
        )
    unnamed = tuple(sorted({*subgraph.inputs} - {*signature.inputs.values()}))
    return replace(signature, inputs={**signature.inputs, **_named(subgraph, unnamed)})
