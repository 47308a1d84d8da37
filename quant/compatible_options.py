"""What TensorFlow's names for quantization mean as a recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

import numpy as np

from kernels.errors import RecipeError
from quant.recipe import Recipe
from quant.scheme import DYNAMIC_RANGE, FLOAT, FLOAT16, FULL_INTEGER, INT16X8


class Optimize(Enum):
    """What to optimize for: all mean the same, as in TensorFlow since 2.0."""

    DEFAULT = "DEFAULT"
    OPTIMIZE_FOR_SIZE = "OPTIMIZE_FOR_SIZE"
    OPTIMIZE_FOR_LATENCY = "OPTIMIZE_FOR_LATENCY"


class OpsSet(Enum):
    """Which kernels a model may ask for."""

    TFLITE_BUILTINS = "TFLITE_BUILTINS"
    TFLITE_BUILTINS_INT8 = "TFLITE_BUILTINS_INT8"
    EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8 = (
        "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"
    )


@dataclass
class TargetSpec:
    """``supported_ops``: sets of kernels; ``supported_types``: types of weights, if not int8."""

    supported_ops: Sequence[Any] = (OpsSet.TFLITE_BUILTINS,)
    supported_types: Sequence[Any] = ()


_TYPES: Mapping[str, str | None] = MappingProxyType(
    {"float16": FLOAT16, "int8": None, "float32": None, "bfloat16": None}
)
_IO = ("float32", "int8", "uint8", "int16")


def compatible_recipe(
    wanted: bool, has_data: bool, target: TargetSpec, input_type: Any, output_type: Any
) -> Recipe:
    """The recipe that TensorFlow's options ask for; ``wanted``: whether any optimization is.

    Raises RecipeError for values that mean nothing here, naming the cure.
    """
    io = _io(input_type, output_type)
    scheme = _scheme(wanted, has_data, target)
    if io != "float" and scheme not in (FULL_INTEGER, INT16X8):
        raise RecipeError(
            f"inference_input_type is {io}, but the model's activations stay float.",
            "Set optimizations and representative_dataset, or leave the type at float32.",
        )
    return Recipe(scheme=scheme, io=io)


def _scheme(wanted: bool, has_data: bool, target: TargetSpec) -> str:
    ops = {_member(OpsSet, "supported_ops", each) for each in target.supported_ops}
    types = [_type_name("supported_types", each, tuple(_TYPES)) for each in target.supported_types]
    if not wanted:
        return FLOAT
    if FLOAT16 in (_TYPES[name] for name in types):
        return FLOAT16
    if not has_data:
        if ops & {OpsSet.TFLITE_BUILTINS_INT8, _INT16}:
            raise RecipeError(
                "supported_ops ask for integer activations, but there is no data.",
                "Set representative_dataset to a function that yields samples.",
            )
        return DYNAMIC_RANGE
    return INT16X8 if _INT16 in ops else FULL_INTEGER


_INT16 = OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8


def _member(kind: type[OpsSet], option: str, value: Any) -> OpsSet:
    """Ours for a member of ours, of TensorFlow's enumeration, or a name."""
    name = getattr(value, "value", value)
    if name not in [member.value for member in kind]:
        raise RecipeError(
            f"{option} has {name}, which this converter does not know.",
            f"Give some of {', '.join(member.value for member in kind)}.",
        )
    return kind(name)


def _io(input_type: Any, output_type: Any) -> str:
    names = [
        _type_name("inference_input_type", input_type, _IO),
        _type_name("inference_output_type", output_type, _IO),
    ]
    if names[0] != names[1]:
        raise RecipeError(
            f"inference_input_type is {names[0]} and inference_output_type {names[1]}.",
            "Set both to one type.",
        )
    return "float" if names[0] == "float32" else names[0]


def _type_name(option: str, value: Any, known: Sequence[str]) -> str:
    """``int8`` for np.int8, "int8" and tf.int8."""
    name = getattr(value, "name", None)
    if name is None:
        try:
            name = np.dtype(value).name
        except TypeError:
            name = str(value)
    if name not in known:
        raise RecipeError(f"{option} has {name}.", f"Give one of {', '.join(known)}.")
    return str(name)
