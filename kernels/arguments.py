"""The arguments of an invocation: named, checked, in the order in which the graph takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kernels.constant import RUNTIME_DTYPES
from kernels.errors import InputError
from kernels.model import Signature, Subgraph, Tensor
from kernels.node import Array

_FREE = -1


def ordered_arguments(
    signature: Signature, subgraph: Subgraph, given: Mapping[str, Any]
) -> tuple[Array, ...]:
    """The given values as arrays in C order, one for each input of the subgraph.

    Raises InputError for missing and unknown names, and for a value whose type or shape the
    input does not take. The first dimension may have any size, others where the model says so.
    """
    _require_names(signature, given)
    values = {
        index: _checked(name, given[name], subgraph.tensors[index])
        for name, index in signature.inputs.items()
    }
    return tuple(values[index] for index in subgraph.inputs)


def _require_names(signature: Signature, given: Mapping[str, Any]) -> None:
    missing = [name for name in signature.inputs if name not in given]
    unknown = [name for name in given if name not in signature.inputs]
    if missing or unknown:
        complaints = [
            *([f"lacks {_quoted(missing)}"] if missing else []),
            *([f"is given {_quoted(unknown)}, which it does not have"] if unknown else []),
        ]
        raise InputError(
            f"Signature '{signature.key}' {' and '.join(complaints)}.",
            f"It takes {_quoted(signature.inputs) or 'no inputs'}.",
        )


def _quoted(names: Any) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _checked(name: str, value: Any, tensor: Tensor) -> Array:
    dtype = RUNTIME_DTYPES.get(tensor.type)
    as_given = _strings(name, value) if tensor.type == "STRING" else np.asarray(value)
    if as_given.dtype != dtype:
        raise InputError(
            f"Input '{name}' is {as_given.dtype}; the model takes {dtype} ({tensor.type}).",
            f"Pass an array of {dtype}.",
        )
    declared = tensor.shape_signature or tensor.shape
    fits = as_given.ndim == len(declared) and all(
        size in (given, _FREE) for size, given in zip(declared[1:], as_given.shape[1:], strict=True)
    )
    if not fits:
        raise InputError(
            f"Input '{name}' has shape {as_given.shape}; the model takes {_pattern(declared)}.",
            "The first dimension, the batch, may have any size, and so may those written '?'.",
        )
    return np.asarray(as_given, order="C")


def _strings(name: str, value: Any) -> Array:
    """An array of bytes: text in UTF-8, as a model's own strings are."""
    given = np.asarray(value, dtype=object)
    strings = np.empty(given.shape, object)
    for place, item in np.ndenumerate(given):
        if not isinstance(item, str | bytes):
            raise InputError(
                f"Input '{name}' has an element of type {type(item).__name__}.",
                "The model takes strings: pass str or bytes.",
            )
        strings[place] = item.encode() if isinstance(item, str) else item
    return strings


def _pattern(declared: tuple[int, ...]) -> str:
    sizes = ["?" if size == _FREE or axis == 0 else str(size) for axis, size in enumerate(declared)]
    return f"({', '.join(sizes)})"
