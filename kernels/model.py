"""A model as frozen values: what a ``.tflite`` file says, resolved and named.

Nothing here knows the file format (``kernels.tflite`` does) or computes anything.
Change a model with ``dataclasses.replace``; share what does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

OPTIONAL_TENSOR = -1
"""The index that stands for an operand that is not there."""


@dataclass(frozen=True)
class Table:
    """A flatbuffer table that the model only carries: its schema name and its fields.

    ``fields`` holds what the file gives and no defaults, so that what is written equals
    what was read; ``kernels.tflite.schema.with_defaults`` adds the schema's defaults.
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Blocks:
    """Blockwise quantization of a tensor: ``real = scale * q``, a scale for every ``size``
    values along the last dimension.

    scale: (..., last dimension / size) float32.
    """

    size: int
    scale: NDArray[np.float32]


@dataclass(frozen=True)
class Quantization:
    """Affine quantization of a tensor: ``real = scale * (q - zero_point)``.

    scale: (n,) float32; zero_point: (n,) int64; n is 1 (per-tensor) or the length of
    dimension ``axis`` (per-channel). ``min`` and ``max`` are what a trainer recorded;
    ``details`` is a blockwise or custom scheme, kept as it is. ``blocks`` is a blockwise
    scheme with the scales, which a file keeps in a tensor of their own: no file gives it,
    ``kernels.blockwise.with_blocks`` reads it.
    """

    scale: NDArray[np.float32]
    zero_point: NDArray[np.int64]
    axis: int = 0
    min: NDArray[np.float32] | None = None
    max: NDArray[np.float32] | None = None
    details: Table | None = None
    blocks: Blocks | None = None


@dataclass(frozen=True)
class Tensor:
    """A tensor of a subgraph; ``type`` is the schema's name, ``"FLOAT32"``, ``"INT8"``...

    ``buffer`` indexes ``Model.buffers``; an empty buffer means a value made at run time.
    ``shape_signature`` has -1 where a dimension is free; it is None when the file has none.
    """

    name: str
    type: str
    shape: tuple[int, ...]
    buffer: int = 0
    quantization: Quantization | None = None
    shape_signature: tuple[int, ...] | None = None
    is_variable: bool = False
    has_rank: bool = False
    sparsity: Table | None = None
    variant_tensors: tuple[Table, ...] | None = None
    external_buffer: int = 0


@dataclass(frozen=True)
class Operator:
    """An operator: the schema's name (``"CONV_2D"``; ``"CUSTOM"`` with ``custom_code``).

    ``inputs`` and ``outputs`` index the subgraph's tensors; ``OPTIONAL_TENSOR`` is absent.
    ``options`` is the builtin options table (``options2`` the second union's), if any.
    """

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Table | None = None
    options2: Table | None = None
    version: int = 1
    custom_code: str | None = None
    custom_options: bytes | None = None
    custom_options_format: int = 0
    mutating_variable_inputs: tuple[bool, ...] | None = None
    intermediates: tuple[int, ...] | None = None
    debug_metadata_index: int = -1


@dataclass(frozen=True)
class Subgraph:
    """A graph: tensors, and operators in the order in which they run."""

    tensors: tuple[Tensor, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    operators: tuple[Operator, ...]
    name: str | None = None
    debug_metadata_index: int = -1


@dataclass(frozen=True)
class Signature:
    """A named way to call a subgraph: argument name -> tensor index, in file order."""

    key: str
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]
    subgraph: int = 0


@dataclass(frozen=True)
class Metadata:
    """A named buffer that travels with the model."""

    name: str
    buffer: int


@dataclass(frozen=True)
class Model:
    """A whole model. Buffer 0 is empty by convention; ``buffers`` are bytes or read-only
    views into a mapped file. ``tail`` is what follows the flatbuffer: the ZIP archive of
    associated files, if there is one.
    """

    subgraphs: tuple[Subgraph, ...]
    buffers: tuple[bytes | memoryview, ...]
    version: int = 3
    description: str | None = None
    signatures: tuple[Signature, ...] = ()
    metadata: tuple[Metadata, ...] = ()
    tail: bytes | memoryview = b""
    metadata_buffer: tuple[int, ...] | None = None
    external_buffer_groups: tuple[Table, ...] | None = None
    external_buffers: tuple[Table, ...] | None = None

    def _repr_html_(self) -> str:
        from kernels.model_html import model_html  # only notebooks ask for it

        return model_html(self)
