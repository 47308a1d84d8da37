"""A subgraph ready to run: its operators prepared, in order, and when each value is last read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from kernels.affine import stored_zero
from kernels.constant import DTYPES
from kernels.errors import ModelError, TfliteQuantError
from kernels.model import Tensor
from kernels.node import Array, Run
from kernels.state import HANDLE_DTYPE, State

RUNTIME_DTYPES = {**DTYPES, "RESOURCE": HANDLE_DTYPE}
"""Tensor type -> dtype of its values at run time."""

Observe = Callable[[int, int, Array], None]
"""Told (subgraph, tensor, value) of every value that is computed or given."""


@dataclass(frozen=True)
class Step:
    """An operator: which tensors it reads, which it makes, which no later one needs."""

    where: str
    run: Run
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    dead: tuple[int, ...] = ()


@dataclass(frozen=True)
class Program:
    """``constants`` are the values known at load; ``variables`` the tensors that survive."""

    subgraph: int
    tensors: tuple[Tensor, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    steps: tuple[Step, ...]
    constants: Mapping[int, Array]
    variables: tuple[int, ...]

    def run(self, inputs: Sequence[Array], state: State, observe: Observe) -> tuple[Array, ...]:
        """The outputs for ``inputs``. They may be inputs, constants, views of each other.

        Raises a TfliteQuantError that names the operator, whatever goes wrong within it.
        """
        values: dict[int, Array] = {**self.constants, **self._given(inputs)}
        held = sum(value.nbytes for value in inputs)
        state.meter.hold(held)
        for index, variable in self._variables(values, state):
            values[index] = variable
            held += variable.nbytes
        for index in (*self.inputs, *self.variables):
            observe(self.subgraph, index, values[index])
        for step in self.steps:
            held += self._take(step, values, state, observe)
        for index in self.variables:
            observe(self.subgraph, index, values[index])
        state.meter.hold(-held)
        return tuple(values[index] for index in self.outputs)

    def _take(self, step: Step, values: dict[int, Array], state: State, observe: Observe) -> int:
        """Replaces the values that die by those that the step makes; returns the bytes added."""
        results = execute(step, [values.get(index) for index in step.inputs])
        for index, result in zip(step.outputs, results, strict=True):
            values[index] = self._checked(step, index, result)
            observe(self.subgraph, index, values[index])
        made = sum(values[index].nbytes for index in step.outputs)
        state.meter.hold(made)
        freed = sum(values.pop(index).nbytes for index in step.dead if index in values)
        state.meter.hold(-freed)
        return made - freed

    def _given(self, inputs: Sequence[Array]) -> dict[int, Array]:
        types = [RUNTIME_DTYPES.get(self.tensors[index].type) for index in self.inputs]
        if types != [value.dtype for value in inputs]:
            raise ModelError(
                f"Subgraph {self.subgraph} takes {_names(types)} but is given "
                f"{_names([value.dtype for value in inputs])}.",
                "The file may be damaged: convert the model again.",
            )
        return dict(zip(self.inputs, inputs, strict=True))

    def _variables(self, values: Mapping[int, Array], state: State) -> Iterator[tuple[int, Array]]:
        for index in self.variables:
            tensor, key = self.tensors[index], (self.subgraph, index)
            shape = self._variable_shape(tensor.shape, values)
            dtype = RUNTIME_DTYPES[tensor.type]
            state.meter.hold(prod(shape) * dtype.itemsize)
            kept = state.variables.get(key)
            if kept is None or kept.shape != shape:
                kept = np.full(shape, stored_zero(tensor), dtype)
                state.variables[key] = kept
            yield index, kept

    def _variable_shape(
        self, shape: tuple[int, ...], values: Mapping[int, Array]
    ) -> tuple[int, ...]:
        """The declared shape, with the batch of the inputs where it has their declared batch."""
        for index in self.inputs:
            if shape[:1] and shape[:1] == self.tensors[index].shape[:1]:
                return (values[index].shape[0], *shape[1:])
        return shape

    def _checked(self, step: Step, index: int, result: Array) -> Array:
        """The result in C order. Raises ModelError if it is not of the declared type."""
        value = np.asarray(result, order="C")
        tensor = self.tensors[index]
        if value.dtype != RUNTIME_DTYPES.get(tensor.type):
            raise ModelError(
                f"{step.where} makes {value.dtype} but tensor '{tensor.name}' is {tensor.type}.",
                "The file may be damaged: convert the model again.",
            )
        return value


def _names(types: Sequence[np.dtype | None]) -> str:
    return ", ".join(map(str, types)) or "nothing"


def execute(step: Step, arguments: Sequence[Array | None]) -> tuple[Array, ...]:
    """What a step makes of its inputs: as many values as it has outputs.

    Raises a TfliteQuantError that names the operator, whatever goes wrong within it.
    """
    try:
        results = step.run(*arguments)
        if len(results) != len(step.outputs):
            raise ModelError(
                f"It makes {len(results)} tensors for {len(step.outputs)} outputs.",
                "The file may be damaged: convert the model again.",
            )
        return results
    except TfliteQuantError as error:
        raise type(error)(f"{step.where}: {error.problem}", error.cure) from error
    except Exception as error:  # whatever NumPy raises on a malformed model is a bad model
        shapes = [None if value is None else value.shape for value in arguments]
        raise ModelError(
            f"{step.where} fails on inputs of shape {shapes}: {error}",
            "Check the shapes of the inputs; the model may be made for one size only.",
        ) from error
