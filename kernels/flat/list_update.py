"""An element of a list replaced, as TensorFlow's converter writes it: what lies before it, the
element, and what lies behind it are put together again. It is what loops of Keras write their
outputs with.

Source: ``ConvertTensorListSetItem`` in tensorflow/compiler/mlir/lite/transforms/
lower_static_tensor_list.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from kernels.activation import NONE
from kernels.axes import resolve_axis
from kernels.flat.copies import as_bytes, copy
from kernels.flat.instruction import Instruction, Lowered
from kernels.flat.pattern import ANY, Made, Pattern
from kernels.flat.value import Source, new_value
from kernels.node import Node

REST = -1
"""Of a size: all that follows."""


def _lower(nodes: Sequence[Node], node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    whole, item, index, *numbers = inputs
    if whole is None or item is None or index is None or index.dtype != np.int32:
        return None
    if not _are_plain(nodes, node.name, len(whole.shape)) or not _are_the_rest(
        numbers, len(whole.shape)
    ):
        return None
    fits = item.shape == (1, *whole.shape[1:]) and whole.dtype == item.dtype == np.float32
    if not fits or prod(index.shape) != 1:
        return None
    made = new_value(whole.shape, whole.dtype)
    size = prod(whole.shape[1:]) * whole.dtype.itemsize
    arguments = (as_bytes(item), index, as_bytes(made), whole.shape[0], size)
    return Lowered((made,), (copy(whole, made), Instruction("indexing.put_rows", arguments)))


def _are_plain(nodes: Sequence[Node], join: str, rank: int) -> bool:
    """Whether tensors are put together along the first axis, and no operator has an activation."""
    joins = [node for node in nodes if node.name == join]
    along = [
        resolve_axis(node.options.axis, own) for node, own in zip(joins, (rank, 1, 1), strict=True)
    ]
    activations = [getattr(node.options, "fused_activation_function", NONE) for node in nodes]
    return along == [0, 0, 0] and {*activations} == {NONE}


def _are_the_rest(numbers: Sequence[Source | None], rank: int) -> bool:
    """Whether both parts are all that lies before and behind: one, where the first begins, its
    sizes after the first, where the second begins after the first axis, its sizes."""
    expected = ([1], [0] * rank, [REST] * (rank - 1), [0] * (rank - 1), [REST] * rank)
    return all(
        isinstance(given, np.ndarray) and np.ravel(given).tolist() == right
        for given, right in zip(numbers, expected, strict=True)
    )


_BEFORE = Made(
    "SLICE",
    ("list", "begin", Made("CONCATENATION", (Made("RESHAPE", ("index", ANY)), "rest of sizes"))),
)
_BEHIND = Made(
    "SLICE",
    (
        "list",
        Made(
            "CONCATENATION",
            (Made("RESHAPE", (Made("ADD", ("index", "one")), ANY)), "rest of begin"),
        ),
        "sizes",
    ),
)
LIST_UPDATE = Pattern(
    Made("CONCATENATION", (_BEFORE, "item", _BEHIND)),
    ("list", "item", "index", "one", "begin", "rest of sizes", "rest of begin", "sizes"),
    6,
    _lower,
)
"""``list[index] = item``; an index out of range is refused."""
