"""A runtime with a model and inputs: what is called to be timed, and what it computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from kernels.model import Model, Signature
from kernels.node import XNNPACK, Array
from tools import litert
from tools.bench.timing import CPU
from tools.run import random_inputs
from tools.run_comparison import difference as absolute_difference

LITERT, OURS = RUNTIMES = ("litert", "ours")
_SEED = 2018


@dataclass(frozen=True, order=True)
class Contestant:
    """``file`` is the kind of model file; ``clock`` that of the times."""

    file: str
    runtime: str
    threads: int = 1
    clock: str = CPU


Invoke = Callable[[], Mapping[int, Array]]
"""From the inputs, which are NumPy arrays, to the outputs, by tensor, which are as well."""


@dataclass(frozen=True)
class Question:
    """A model of one subgraph to call, by path, and the inputs of its signature."""

    path: Path
    model: Model
    signature: Signature
    inputs: Mapping[str, Array]


def question(path: Path) -> Question:
    """The model with seeded random inputs. Raises InputError if they cannot be made, or if the
    signature is not one of the first subgraph."""
    interpreter = Interpreter(path)
    signature = interpreter.signature()
    if signature.subgraph != 0:
        raise InputError(
            f"{path}: signature '{signature.key}' runs subgraph {signature.subgraph}.",
            "Only signatures of the first subgraph can be measured.",
        )
    inputs = random_inputs(interpreter, signature, _SEED)
    return Question(path, interpreter.model, signature, inputs)


def start(contestant: Contestant, asked: Question) -> Invoke:
    """The runtime, loaded. Raises InputError if LiteRT is not installed or refuses the model."""
    return _STARTS[contestant.runtime](asked, contestant.threads)


def _start_ours(asked: Question, threads: int) -> Invoke:
    interpreter = Interpreter(asked.path, num_threads=threads)
    key, inputs, outputs = asked.signature.key, asked.inputs, asked.signature.outputs

    def invoke() -> Mapping[int, Array]:
        made = interpreter.invoke(key, **inputs)
        return {outputs[name]: value for name, value in made.items()}

    return invoke


def _start_litert(asked: Question, threads: int) -> Invoke:
    try:
        running = litert.interpreter(asked.path.read_bytes(), XNNPACK, threads)
        running.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        raise InputError(
            f"LiteRT {litert.version()} does not run {asked.path}: {error}.",
            "Measure another model.",
        ) from error
    inputs = {index: asked.inputs[name] for name, index in asked.signature.inputs.items()}
    outputs = sorted({*asked.signature.outputs.values()} & {*asked.model.subgraphs[0].outputs})

    def invoke() -> Mapping[int, Array]:
        for index, value in inputs.items():
            running.set_tensor(index, value)
        running.invoke()
        return {index: running.get_tensor(index) for index in outputs}

    return invoke


_STARTS: Mapping[str, Callable[[Question, int], Invoke]] = {
    LITERT: _start_litert,
    OURS: _start_ours,
}


def difference(ours: Mapping[int, Array], theirs: Mapping[int, Array]) -> float:
    """The largest difference of outputs, of floats relative to the output's largest value;
    infinite where shapes, types, NaN or infinities differ."""
    return max((_apart(ours[index], value) for index, value in theirs.items()), default=0.0)


def _apart(ours: Array, theirs: Array) -> float:
    apart = absolute_difference(ours, theirs)
    if not apart or theirs.dtype.kind not in "fc":
        return apart
    reach = float(np.abs(theirs).max())
    return apart / reach if reach else float("inf")
