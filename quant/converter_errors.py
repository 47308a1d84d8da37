"""What TensorFlow's converter found in the graph: operators that no ``.tflite`` can hold.

Pure functions on the answer of ``quant.saved_model_to_tflite``: for each error the operator,
a code, a text and the graph nodes where it is. Each returns (problem, cure).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from quant.tensorflow_text import last_reason, tensor_types

Answer = Mapping[str, Any]

VERBOSE_CURE = "Run 'tflq convert --verbose' (Python: verbose=True) to see what TensorFlow says."
MOST_BUILTINS_RANK = 5
"""STRIDED_SLICE, PAD and most other builtin operators take no tensor of a higher rank."""

_FLEX = "ERROR_NEEDS_FLEX_OPS"
_CUSTOM = "ERROR_NEEDS_CUSTOM_OPS"
_CONTROL_FLOW_V1 = "ERROR_UNSUPPORTED_CONTROL_FLOW_V1"
_OPERATOR_LIST = re.compile(r"^(?:TF Select|Custom) ops: (.+)$", re.MULTILINE)
_PYTHON_OPERATORS = frozenset({"EagerPyFunc", "PyFunc", "PyFuncStateless"})
_TABLE_OPERATOR = re.compile(r"HashTable|LookupTable")
_FREE_ELEMENT_SHAPE = "requires element_shape to be static"
_TENSOR_LIST = "Lowering tensor list ops is failed"
_DOUBLE = "f64"
_REWRITE = (
    "Write it with other operators, or do that step in the app, before or after the model. "
    "(TF Select would put TensorFlow into the app, and is not supported.)"
)


def diagnosis(answer: Answer) -> tuple[str, str]:
    """Problem and cure for an answer whose error is ``"convert"``."""
    errors = answer["errors"]
    texts = "\n".join([answer["message"], *(error["message"] for error in errors)])
    if _FREE_ELEMENT_SHAPE in texts:
        return _free_batch(answer)
    if _TENSOR_LIST in texts:
        return (
            f"a TensorArray grows while the model runs{_place(errors)}.",
            "Give it a fixed size and element_shape: tf.TensorArray(dtype, size=N, "
            "element_shape=SHAPE), or use tf.map_fn over a fixed first dimension.",
        )
    if any(error["code"] == _CONTROL_FLOW_V1 for error in errors):
        return (
            "it has control flow of TensorFlow 1 (Switch, Merge).",
            "Export it after tf.compat.v1.enable_control_flow_v2(), or from TensorFlow 2.",
        )
    names = _operators_without_builtin(answer)
    if names:
        return _without_builtin(errors, names)
    return f"TensorFlow's converter failed: {last_reason(answer['message'])}.", VERBOSE_CURE


def _free_batch(answer: Answer) -> tuple[str, str]:
    inputs: Mapping[str, Any] = next(iter(answer["signatures"].values()))["inputs"]
    specs = [
        f"tf.TensorSpec({tuple(1 if size is None else size for size in shape or ())}, tf.{dtype})"
        for dtype, shape in inputs.values()
    ]
    return (
        f"a recurrent layer has a free batch dimension{_place(answer['errors'])}.",
        f"Fix it with model.export(FOLDER, input_signature=[{', '.join(specs)}]), or build the "
        "layer with unroll=True.",
    )


def _operators_without_builtin(answer: Answer) -> list[str]:
    """Their names, sorted: ``Cholesky``, not ``tf.Cholesky``."""
    named = {
        error["operator"].removeprefix("tf.")
        for error in answer["errors"]
        if error["code"] in (_FLEX, _CUSTOM)
    }
    for listed in _OPERATOR_LIST.findall(answer["message"]):
        named.update(name.strip() for name in listed.split(","))
    return sorted(named)


def _without_builtin(errors: Sequence[Answer], names: Sequence[str]) -> tuple[str, str]:
    obstacles = [_obstacle(errors, name) for name in names]
    described = ", ".join(name + what for name, (what, _) in zip(names, obstacles, strict=True))
    cures = dict.fromkeys(cure for _, cure in obstacles)
    return f".tflite has no builtin operator for {described}.", " ".join(cures)


def _obstacle(errors: Sequence[Answer], name: str) -> tuple[str, str]:
    """What keeps an operator from being builtin, if it is plain: `` (rank 9)``; and the cure."""
    if name in _PYTHON_OPERATORS:
        return (
            " (calls Python)",
            "Write tf.py_function's work in TensorFlow: phones have no Python.",
        )
    if _TABLE_OPERATOR.search(name):
        return " (a table)", "Use tf.lookup.StaticHashTable from string to int64 or back."
    types = [
        found
        for error in errors
        if error["operator"] == f"tf.{name}"
        for found in tensor_types(error["message"])
    ]
    if any(dtype == _DOUBLE for _, dtype in types):
        return " (float64)", "Cast float64 to float32: hardly any builtin operator takes it."
    rank = max((rank for rank, _ in types), default=0)
    if rank > MOST_BUILTINS_RANK:
        return (
            f" (rank {rank})",
            f"Reshape to rank {MOST_BUILTINS_RANK} or less where it is higher.",
        )
    return "", _REWRITE


def _place(errors: Sequence[Answer]) -> str:
    """The graph node of the first error, by operator, that has one: `` (at lstm/TensorArray)``."""
    for error in sorted(errors, key=lambda error: str(error["operator"])):
        if error["location"]:
            return f" (at {error['location'][0].partition('@')[0]})"
    return ""
