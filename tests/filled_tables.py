"""Tables in which every field has a value: what tests of the format write and read."""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.model import Table
from kernels.tflite.schema import MEMBERS, TABLES, UNIONS, Field

_ITEMS = 3


def filled(name: str, generator: np.random.Generator, **given: Any) -> Table:
    """A table with a random value in every field but those given."""
    values = {each.name: _value(each, generator) for each in TABLES[name].fields}
    return Table(name, {**values, **given})


def filled_model(generator: np.random.Generator) -> Table:
    """A table ``Model`` that has every table of the schema in it."""
    operators = tuple(
        filled(
            "Operator",
            generator,
            builtin_options=filled(first, generator),
            builtin_options_2=filled(second, generator),
        )
        for first, second in zip(
            UNIONS["BuiltinOptions"][1:],
            np.resize(UNIONS["BuiltinOptions2"][1:], len(UNIONS["BuiltinOptions"]) - 1).tolist(),
            strict=True,
        )
    )
    details = UNIONS["QuantizationDetails"][1:]
    indices = UNIONS["SparseIndexVector"][1:]
    tensors = tuple(
        filled(
            "Tensor",
            generator,
            quantization=filled(
                "QuantizationParameters", generator, details=filled(detail, generator)
            ),
            sparsity=filled(
                "SparsityParameters",
                generator,
                dim_metadata=(
                    filled(
                        "DimensionMetadata",
                        generator,
                        array_segments=filled(index, generator),
                        array_indices=filled(index, generator),
                    ),
                ),
            ),
        )
        for detail, index in zip(details, indices, strict=True)
    )
    subgraph = filled("SubGraph", generator, tensors=tensors, operators=operators)
    return filled("Model", generator, subgraphs=(subgraph,))


def _value(field: Field, generator: np.random.Generator) -> Any:
    if field.is_bulk:
        return generator.bytes(_ITEMS)
    if field.is_vector:
        return tuple(_item(field, generator) for _ in range(_ITEMS))
    return _item(field, generator)


def _item(field: Field, generator: np.random.Generator) -> Any:
    if field.type == "string":
        return f"{field.name} é {generator.integers(1000)}"
    if field.is_union:
        return filled(UNIONS[field.type][1], generator)
    if field.dtype is None:
        return filled(field.type, generator)
    if field.type in MEMBERS:
        return int(generator.integers(1, len(MEMBERS[field.type]))) if _has_choice(field) else 0
    if field.type == "bool":
        return not field.default
    if field.type == "float32":
        return float(np.float32(generator.normal()))
    limits = np.iinfo(field.dtype)
    return int(generator.integers(limits.min, limits.max, dtype=field.dtype, endpoint=True))


def _has_choice(field: Field) -> bool:
    return len(MEMBERS[field.type]) > 1
