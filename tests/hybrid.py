"""Weights of hybrid operators, and runs in both our runtime and LiteRT, step by step.

Weights stay in [-127, 127]: with -128 LiteRT's own kernels overflow (numerics.md, section 5).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_features__

from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.node import REFERENCE
from kernels.tflite.writer import model_bytes
from tests.build_model import Value, constant, quantization

FLOAT, PER_TENSOR, PER_CHANNEL = "float", "per-tensor", "per-channel"
KINDS = (FLOAT, PER_TENSOR, PER_CHANNEL)

FUSED = any(__cpu_features__.get(name) for name in ("FMA3", "ASIMD"))
"""Whether XNNPACK has fma here; without it, its sums differ from ours by one unit or two."""
UNFUSED_TOLERANCE = 1e-5


def weight(
    rng: np.random.Generator, name: str, shape: Sequence[int], kind: str, axis: int = 0, limit=127
) -> tuple[Value, np.ndarray]:
    """A constant of this kind, and its real values."""
    channels = shape[axis] if kind == PER_CHANNEL else 1
    scale = (rng.uniform(0.5, 2, channels) / limit).astype(np.float32)
    codes = rng.integers(-limit, limit + 1, shape).astype(np.int8)
    along = scale.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    real = codes.astype(np.float32) * along
    if kind == FLOAT:
        return constant(name, real), real
    element_type = {1: "INT2", 7: "INT4", 127: "INT8"}[limit]
    return constant(name, codes, element_type, quantization=quantization(scale, axis=axis)), real


def bias(rng: np.random.Generator, name: str, size: int, around: float = 0) -> Value:
    return constant(name, (rng.standard_normal(size) / 2 + around).astype(np.float32))


def activations(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Floats of some scale and offset; now and then the first row is zero."""
    x = rng.standard_normal(shape) * rng.choice([0.01, 1, 30]) + rng.choice([0, 1])
    if rng.random() < 0.2 and x.size:
        x.reshape(-1, shape[-1])[0] = 0
    return x.astype(np.float32)


def run(model: Model, feeds: Sequence[Sequence[np.ndarray]], numerics: str) -> list[np.ndarray]:
    """The outputs of one invocation after the other, variables kept between them."""
    interpreter = Interpreter(model, numerics)
    names = list(next(iter(interpreter.signatures.values())).inputs)
    return [
        output
        for feed in feeds
        for output in interpreter.invoke(**dict(zip(names, feed, strict=True))).values()
    ]


def run_litert(
    model: Model,
    feeds: Sequence[Sequence[np.ndarray]],
    numerics: str,
    delegate: bool = True,
) -> list[np.ndarray]:
    """The same by LiteRT; skips the test if it is not installed. Without ``delegate`` TFLite's
    own optimized kernels run instead of XNNPACK."""
    module = pytest.importorskip(
        "ai_edge_litert.interpreter", reason="needs LiteRT: pip install ai-edge-litert"
    )
    resolvers = module.OpResolverType
    optimized = resolvers.AUTO if delegate else resolvers.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    resolver = resolvers.BUILTIN_REF if numerics == REFERENCE else optimized
    interpreter = module.Interpreter(
        model_content=model_bytes(model), num_threads=1, experimental_op_resolver_type=resolver
    )
    interpreter.allocate_tensors()
    outputs = []
    for feed in feeds:
        for detail, value in zip(interpreter.get_input_details(), feed, strict=True):
            interpreter.set_tensor(detail["index"], value)
        interpreter.invoke()
        for detail in interpreter.get_output_details():
            outputs.append(interpreter.get_tensor(detail["index"]).copy())
    return outputs


def assert_equals_litert(
    model: Model,
    feeds: Sequence[Sequence[np.ndarray]],
    numerics: str,
    tolerance: float = 0.0,
) -> None:
    """Every output is LiteRT's: to the bit, or within ``tolerance`` of 1 + |value|."""
    tolerance = max(tolerance, 0.0 if FUSED or numerics == REFERENCE else UNFUSED_TOLERANCE)
    theirs = run_litert(model, feeds, numerics)
    for a, b in zip(run(model, feeds, numerics), theirs, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
