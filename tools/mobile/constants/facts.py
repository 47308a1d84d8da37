"""A model's inputs and outputs, and which file it is, as an app's code wants to know them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kernels.model import Quantization, Subgraph
from kernels.signatures import signatures_of
from kernels.tflite.reader import read_model
from kernels.tflite.verifier import verify


@dataclass(frozen=True)
class TensorFacts:
    """An input or output. ``index`` is its place among the subgraph's, as an interpreter counts
    them, None where only the signature gives it; ``shape`` has -1 where the caller chooses; a
    value is ``scale * (q - zero_point)``."""

    name: str
    index: int | None
    type: str
    shape: tuple[int, ...]
    scale: np.float32 | None = None
    zero_point: int | None = None


@dataclass(frozen=True)
class SignatureFacts:
    """A named way to call the model."""

    key: str
    inputs: tuple[TensorFacts, ...]
    outputs: tuple[TensorFacts, ...]


@dataclass(frozen=True)
class ModelFacts:
    """A model as an app packs it: ``asset_path`` is the path that the app opens."""

    file: str
    asset_path: str
    sha256: str
    size: int
    signatures: tuple[SignatureFacts, ...]


def model_facts(path: Path, asset_path: str) -> ModelFacts:
    """Raises ModelError where the file is no sound model."""
    content = path.read_bytes()
    model = read_model(content)
    verify(model)
    signatures = [
        SignatureFacts(
            key,
            _tensors(model.subgraphs[called.subgraph], called.inputs, outputs=False),
            _tensors(model.subgraphs[called.subgraph], called.outputs, outputs=True),
        )
        for key, called in signatures_of(model).items()
    ]
    digest = hashlib.sha256(content).hexdigest()
    return ModelFacts(path.name, asset_path, digest, len(content), tuple(signatures))


def _tensors(
    subgraph: Subgraph, named: Mapping[str, int], outputs: bool
) -> tuple[TensorFacts, ...]:
    ends = subgraph.outputs if outputs else subgraph.inputs
    return tuple(_tensor(subgraph, name, index, ends) for name, index in named.items())


def _tensor(subgraph: Subgraph, name: str, index: int, ends: tuple[int, ...]) -> TensorFacts:
    tensor = subgraph.tensors[index]
    place = ends.index(index) if index in ends else None
    scale, zero_point = _affine(tensor.quantization)
    shape = tensor.shape_signature or tensor.shape
    return TensorFacts(name, place, tensor.type, shape, scale, zero_point)


def _affine(quantization: Quantization | None) -> tuple[np.float32 | None, int | None]:
    """One scale for the tensor; an interpreter's inputs and outputs have no other."""
    if quantization is None or len(quantization.scale) != 1:
        return None, None
    return quantization.scale[0], int(quantization.zero_point[0])
