"""What the fuzzers run: a file read, prepared and invoked, as a stranger's file would be.

Only TfliteQuantError may come out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from kernels.constant import DTYPES
from kernels.errors import TfliteQuantError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.model import Model, Signature, Tensor
from kernels.node import NUMERICS, XNNPACK
from kernels.tflite.reader import read_model
from tests.tiles import bits

LIMITS = Limits(
    tensor_bytes=1 << 24, live_bytes=1 << 26, loop_iterations=1_000, operations=100_000_000
)
"""Small, so that whatever stays within them is quick."""
ADDRESS_SPACE = 4 << 30
"""Bytes that a process may have: far more than LIMITS need, far less than a file may ask for."""
SECONDS = 2.0
"""The longest that a file may take."""

_BATCH = 1
_FREE = -1


OUT_OF_MEMORY = "out of memory"
DIFFERS = "flat programs differ from plain kernels"
FINDINGS = (OUT_OF_MEMORY, DIFFERS)


def outcome(content: bytes) -> str:
    """How it ended: "ran", or the stage and the class of the error. OUT_OF_MEMORY, for an
    allocation that no limit stopped, and DIFFERS are findings, as is any other exception."""
    try:
        model = read_model(content, LIMITS)
        interpreters = [Interpreter(model, numerics, LIMITS) for numerics in NUMERICS]
    except TfliteQuantError as error:
        return _ended("load", error)
    results = [_run(interpreter) for interpreter in interpreters]
    if DIFFERS in results:
        return DIFFERS
    return next((result for result in results if result != "ran"), "ran")


def _run(interpreter: Interpreter) -> str:
    try:
        for key, signature in interpreter.signatures.items():
            feeds = inputs_of(interpreter.model, signature)
            interpreter.reset()
            made = interpreter.invoke(key, **feeds)
            if interpreter.numerics == XNNPACK and not _equals_plain(interpreter, key, feeds, made):
                return DIFFERS
    except TfliteQuantError as error:
        return _ended("run", error)
    return "ran"


def _equals_plain(
    interpreter: Interpreter,
    key: str,
    feeds: Mapping[str, np.ndarray],
    made: Mapping[str, np.ndarray],
) -> bool:
    """Whether the plain kernels make the same bits of the same feeds; they must not refuse them."""
    interpreter.reset()
    try:
        plain = interpreter.invoke_all(key, **feeds)
    except TfliteQuantError:
        return False
    signature = interpreter.signatures[key]
    pairs = [(made[x], plain.get((signature.subgraph, i))) for x, i in signature.outputs.items()]
    return all(y is None or _is_same(x, y) for x, y in pairs)


def _is_same(x: np.ndarray, y: np.ndarray) -> bool:
    if (x.dtype, x.shape) != (y.dtype, y.shape):
        return False
    return bool(np.array_equal(bits(x), bits(y), equal_nan=x.dtype.kind in "fc"))


def _ended(stage: str, error: TfliteQuantError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MemoryError):
            return OUT_OF_MEMORY
        cause = cause.__cause__
    return f"{stage} {type(error).__name__}"


def inputs_of(model: Model, signature: Signature) -> dict[str, np.ndarray]:
    tensors = model.subgraphs[signature.subgraph].tensors
    return {name: _value(tensors[index]) for name, index in signature.inputs.items()}


def _value(tensor: Tensor) -> np.ndarray:
    """The same numbers every time, of the declared shape and type if there is memory for it."""
    declared = tensor.shape_signature or tensor.shape
    shape = tuple(_BATCH if size == _FREE else size for size in declared)
    LIMITS.check_size(shape, 8)
    dtype = DTYPES.get(tensor.type, np.dtype(np.int32))
    numbers = np.arange(1, 1 + prod(shape)).reshape(shape) % 5
    if dtype.kind == "O":
        return numbers.astype(str).astype(object)
    return numbers.astype(dtype)
