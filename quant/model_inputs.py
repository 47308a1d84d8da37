"""The inputs of a signature, and values brought to the shape and type that one takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import DTYPES
from kernels.errors import DataError
from kernels.model import Model, Signature, Tensor

Array = NDArray[Any]

_FREE = -1


def input_tensors(model: Model, signature: Signature) -> Mapping[str, Tensor]:
    """The tensor of each input by its name, in the signature's order."""
    tensors = model.subgraphs[signature.subgraph].tensors
    return {name: tensors[index] for name, index in signature.inputs.items()}


def as_input(value: Any, tensor: Tensor, where: str) -> Array:
    """A value as an array of the input's type and rank, with a batch of one in front, or a
    channel behind, where only that lacks.

    Raises DataError, naming ``where``: no numbers, another shape, or numbers that the input's
    type cannot hold.
    """
    dtype = DTYPES[tensor.type]
    given = _array(value, where)
    shape = tensor.shape_signature or tensor.shape
    for fitting in (given, given[np.newaxis], given[..., np.newaxis]):
        if _fits(fitting.shape, shape):
            return _converted(fitting, dtype, where)
    raise DataError(
        f"{where} has shape {given.shape}; the model takes {shape}, the first of any size.",
        "Give arrays of that shape, or of one sample without the batch.",
    )


def _array(value: Any, where: str) -> Array:
    try:
        return np.asarray(value)
    except (ValueError, TypeError) as error:
        raise DataError(f"{where} is no array: {error}.", "Give arrays of numbers.") from error


def _fits(given: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(given) == len(shape) and all(
        size in (have, _FREE) for have, size in zip(given[1:], shape[1:], strict=True)
    )


def _converted(values: Array, dtype: np.dtype[Any], where: str) -> Array:
    """Numbers of another type, if it holds them: floats of any precision, integers in range."""
    if values.dtype == dtype or dtype.kind == "O":
        return values
    is_number = values.dtype.kind in "biuf" and dtype.kind in "biuf"
    if is_number and (dtype.kind == "f" or values.dtype.kind != "f"):
        converted = values.astype(dtype)
        if dtype.kind == "f" or np.array_equal(converted, values):
            return converted
    raise DataError(
        f"{where} has {values.dtype} values; the model takes {dtype}.",
        f"Convert them to {dtype} first.",
    )
