"""What must hold of an operator's options, whatever its tensors are."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np

from kernels.errors import ModelError
from kernels.model import Operator, Subgraph
from kernels.tflite.schema import OPTIONS, UNIONS, with_defaults

_CURE = "The file is damaged or its converter is wrong: fetch it or convert it again."

_POSITIVE = (
    "stride_d",
    "stride_h",
    "stride_w",
    "dilation_d_factor",
    "dilation_h_factor",
    "dilation_w_factor",
    "filter_height",
    "filter_width",
    "block_size",
    "num_splits",
    "rank",
    "ngram_size",
)
_NOT_NEGATIVE = ("radius", "num", "values_count", "depth_multiplier", "max_skip_size")
_AXES = MappingProxyType(
    {
        "CONCATENATION": ("axis", 0),
        "GATHER": ("axis", 0),
        "ONE_HOT": ("axis", 1),
        "PACK": ("axis", 1),
        "REVERSE_SEQUENCE": ("seq_dim", 0),
        "SQUEEZE": ("squeeze_dims", 0),
        "UNPACK": ("axis", 0),
    }
)
"""Operator -> the field that names axes of the first input, and how many more axes than the
input the result has."""


def verify_options(subgraph: Subgraph, operator: Operator, where: str) -> None:
    """Raises ModelError that begins with ``where`` for a size below 1 or an axis that is not
    there. Options that the file does not give have the schema's defaults."""
    table = OPTIONS[operator.name]
    if not table:
        return
    given = vars(with_defaults(_options(operator, table), table))
    for name, least in (*((n, 1) for n in _POSITIVE), *((n, 0) for n in _NOT_NEGATIVE)):
        if name in given and given[name] < least:
            raise ModelError(f"{where} has {name} {given[name]}, below {least}.", _CURE)
    if operator.name in _AXES:
        _verify_axes(subgraph, operator, given, where)


def _options(operator: Operator, table: str) -> Any:
    return operator.options2 if table in UNIONS["BuiltinOptions2"] else operator.options


def _verify_axes(subgraph: Subgraph, operator: Operator, given: dict[str, Any], where: str) -> None:
    field, more = _AXES[operator.name]
    tensors = [subgraph.tensors[index] for index in operator.inputs[:1] if index >= 0]
    # The shape () of a tensor may also mean that its rank is not known.
    if not tensors or not tensors[0].shape:
        return
    rank = len(tensors[0].shape) + more
    for axis in np.atleast_1d(given[field]).tolist():
        if not -rank <= axis < rank:
            raise ModelError(f"{where} has {field} {axis}, but {rank} dimensions.", _CURE)
