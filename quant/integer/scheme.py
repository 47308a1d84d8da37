"""What full-integer quantization is asked for, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernels.integer import INT8
from quant.ranges import Ranges
from quant.recipe import FLOAT_IO

Place = tuple[int, int]
"""Indices: of a subgraph, and of an operator or a tensor in it."""


@dataclass(frozen=True)
class IntegerScheme:
    """``element_type``: INT8 or INT16, of the activations. ``io``: the type of the graph's inputs
    and outputs, "float" or one in small letters. ``ranges``: of the float model's tensors.
    ``kept``: operators that stay float, by the first tensor that they make -> why."""

    element_type: str = INT8
    target_runtime: str = "litert"
    io: str = FLOAT_IO
    ranges: Ranges = field(default_factory=dict)
    kept: Mapping[Place, str] = field(default_factory=dict)
