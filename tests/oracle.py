"""Oracles for kernels: a NumPy definition given by the test, and LiteRT where it is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.node import NUMERICS, REFERENCE
from kernels.tflite.writer import model_bytes
from tests.build_model import Value, constant, single_operator, tensor


@dataclass(frozen=True)
class Fixed:
    """An operand that the model holds as a constant."""

    values: Any


def litert(
    model: Model | bytes | Path, inputs: Sequence[Any], numerics: str = "xnnpack"
) -> list[np.ndarray]:
    """What LiteRT computes; skips the test if it is not installed.

    ``inputs`` are in the order of the first subgraph's; its tensors are resized to them.
    """
    module = pytest.importorskip(
        "ai_edge_litert.interpreter", reason="needs LiteRT: pip install ai-edge-litert"
    )
    resolver = module.OpResolverType
    content = model_bytes(model) if isinstance(model, Model) else model
    interpreter = module.Interpreter(
        **{"model_content" if isinstance(content, bytes) else "model_path": content},
        num_threads=1,
        experimental_op_resolver_type=resolver.BUILTIN_REF
        if numerics == REFERENCE
        else resolver.AUTO,
    )
    details = interpreter.get_input_details()
    for detail, value in zip(details, inputs, strict=True):
        if tuple(detail["shape"]) != value.shape:
            interpreter.resize_tensor_input(detail["index"], value.shape)
    interpreter.allocate_tensors()
    for detail, value in zip(details, inputs, strict=True):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


def operator_model(
    operator: str,
    inputs: Sequence[Any],
    outputs: Sequence[np.ndarray],
    options: Mapping[str, Any] | None = None,
    version: int = 1,
) -> Model:
    """A model of one operator. An input is an array (fed), Fixed, a Value, or None (absent)."""
    return single_operator(
        operator,
        [_operand(f"in{i}", value) for i, value in enumerate(inputs)],
        [tensor(f"out{i}", value.shape, type_name(value)) for i, value in enumerate(outputs)],
        options,
        version,
    )


def _operand(name: str, value: Any) -> Value | None:
    if value is None or isinstance(value, Value):
        return value
    if isinstance(value, Fixed):
        assert np.size(value.values), "a constant without elements has no buffer: feed it"
        return constant(name, value.values)
    return tensor(name, value.shape, type_name(value))


def type_name(values: np.ndarray) -> str:
    """The tensor type of an array."""
    return constant("", values).tensor.type


def check(
    operator: str,
    inputs: Sequence[Any],
    expected: np.ndarray | Sequence[np.ndarray],
    options: Mapping[str, Any] | None = None,
    *,
    tolerance: float = 0.0,
    numerics: Sequence[str] = NUMERICS,
    litert_runs: Sequence[str] = NUMERICS,
    version: int = 1,
) -> None:
    """Our result, in the given numerics, is ``expected`` and LiteRT's.

    ``tolerance`` bounds |a - b| / (1 + |b|); 0 means equal, also in which elements are NaN.
    ``litert_runs``: the numerics in which LiteRT can run the case.
    """
    outputs = [expected] if isinstance(expected, np.ndarray) else list(expected)
    inputs = [np.asarray(value) if isinstance(value, np.generic) else value for value in inputs]
    model = operator_model(operator, inputs, outputs, options, version)
    fed = {f"in{i}": value for i, value in enumerate(inputs) if isinstance(value, np.ndarray)}
    for name in numerics:
        ours = list(Interpreter(model, name).invoke(**fed).values())
        _compare(ours, outputs, tolerance)
        if name in litert_runs:
            _compare(ours, litert(model, list(fed.values()), name), tolerance)


def _compare(ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray], tolerance: float) -> None:
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        if tolerance:
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
        else:
            np.testing.assert_array_equal(a, b)


def random(seed: int, *shape: int) -> np.ndarray:
    """Standard normal float32."""
    return np.asarray(np.random.default_rng(seed).standard_normal(shape), np.float32)


def integers(seed: int, *shape: int, low: int = -50, high: int = 50, dtype: Any = np.int32):
    """Uniform integers from ``low`` up to, not including, ``high``."""
    return np.asarray(np.random.default_rng(seed).integers(low, high, shape), dtype)
