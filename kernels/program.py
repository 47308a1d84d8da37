"""A subgraph ready to run: its operators prepared, in order, and when each value is last read.

What can be lowered runs as segments of a flat program, made for the shapes that come; the rest
operator by operator. When it is observed, each operator is a segment of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod

import numpy as np

from kernels.affine import stored_zero
from kernels.constant import RUNTIME_DTYPES
from kernels.errors import ModelError, TfliteQuantError
from kernels.flat.instruction import Lowered
from kernels.flat.lowering import lower_segment, lower_subgraph
from kernels.flat.machine import Machine
from kernels.flat.matching import with_patterns
from kernels.flat.segment import Segment
from kernels.flat.steps import FlatSteps, alone
from kernels.flat.value import Source
from kernels.model import Tensor
from kernels.node import Array, Run
from kernels.state import State

Observe = Callable[[int, int, Array], None]
"""Told (subgraph, tensor, value) of every value that is computed or given."""


@dataclass(frozen=True)
class Step:
    """An operator: which tensors it reads, which it makes, which no later one needs; ``where``
    says which it is in errors, ``operator`` in profiles."""

    where: str
    run: Run
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    dead: tuple[int, ...] = ()
    operator: str = ""


@dataclass(frozen=True)
class Program:
    """``constants`` are the values known at load; ``variables`` the tensors that survive;
    ``flat`` are the steps as they are lowered."""

    subgraph: int
    tensors: tuple[Tensor, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    steps: tuple[Step, ...]
    constants: Mapping[int, Array]
    variables: tuple[int, ...]
    flat: FlatSteps | None = None

    def run(
        self,
        inputs: Sequence[Array],
        state: State,
        observe: Observe | None = None,
        machine: Machine | None = None,
    ) -> tuple[Array, ...]:
        """The outputs for ``inputs``. They may be inputs, constants, views of each other.

        With a machine, segments are executed by it; without one all runs by plain kernels.

        Raises a TfliteQuantError that names the operator, whatever goes wrong within it.
        """
        values: dict[int, Array] = {**self.constants, **self._given(inputs)}
        held = sum(value.nbytes for value in inputs)
        state.meter.hold(held)
        for index, variable in self._variables(values, state):
            values[index] = variable
            held += variable.nbytes
        if machine is None or observe is not None:
            held += self._run_steps(values, state, observe or _ignore, machine)
        else:
            held += self._run_segments(values, state, machine)
        state.meter.hold(-held)
        return tuple(values[index] for index in self.outputs)

    def _run_steps(
        self, values: dict[int, Array], state: State, observe: Observe, machine: Machine | None
    ) -> int:
        """Every step alone: by the machine if it is given and takes it, else by its kernel;
        returns the bytes added."""
        for index in (*self.inputs, *self.variables):
            observe(self.subgraph, index, values[index])
        held = 0
        for position, step in enumerate(self.steps):
            made = None if machine is None else self._alone(position, values, state, machine)
            if made is None:
                held += self._take(step, values, state, observe)
            else:
                held += self._replace(step, values, made, state, observe)
        for index in self.variables:
            observe(self.subgraph, index, values[index])
        return held

    def _run_segments(self, values: dict[int, Array], state: State, machine: Machine) -> int:
        """What can be lowered in segments, the rest by kernels; returns the bytes added."""
        position, held = 0, 0
        while position < len(self.steps):
            segment = self._segment(position, values, machine)
            stop = position + 1 if segment is None else segment.stop
            made = None if segment is None else self._executed(segment, values, state, machine)
            if made is not None:
                held += self._exchange(position, stop, values, made, state)
            else:
                for step in self.steps[position:stop]:
                    take = partial(self._take, step, values, state, _ignore)
                    held += machine.call(step.operator, take)
            position = stop
        return held

    def _segment(
        self, position: int, values: Mapping[int, Array], machine: Machine
    ) -> Segment | None:
        """The segment from that step on for values of these shapes."""
        flat = self.flat
        if flat is None or flat.steps[position].lower is None:
            return None
        place = (self.subgraph, position)
        return machine.segment(place, values, lambda: lower_segment(flat, position, values))

    def _alone(
        self, position: int, values: dict[int, Array], state: State, machine: Machine
    ) -> dict[int, Array] | None:
        """What the one step makes, as a segment; None if it must be left to its kernel, as those
        are that run subgraphs, in which there is more to observe."""
        flat = self.flat
        if flat is None or flat.steps[position].lower is None or flat.steps[position].run is None:
            return None
        steps = flat
        segment = machine.segment(
            (self.subgraph, position),
            values,
            lambda: lower_segment(alone(steps, position), 0, values),
        )
        return None if segment is None else self._executed(segment, values, state, machine)

    def _executed(
        self, segment: Segment, values: Mapping[int, Array], state: State, machine: Machine
    ) -> dict[int, Array] | None:
        """What a segment makes; None, and variables as they were, if it refuses the values."""
        read = {*segment.inputs.values()}.intersection(self.variables)
        before = {index: values[index].copy() for index in read}
        made = machine.run(segment, values, state.meter)
        if made is None:
            for index, value in before.items():
                values[index][...] = value
        return made

    def _exchange(
        self,
        start: int,
        stop: int,
        values: dict[int, Array],
        made: Mapping[int, Array],
        state: State,
    ) -> int:
        """Replaces the values that die in steps by those that they made; returns the bytes
        added."""
        dead = {index for step in self.steps[start:stop] for index in step.dead}
        freed = sum(values.pop(index).nbytes for index in dead & values.keys())
        added = sum(value.nbytes for value in made.values()) - freed
        values.update(made)
        state.meter.hold(added)
        return added

    def lower(self, inputs: Sequence[Source]) -> Lowered | None:
        """The whole subgraph as instructions for these inputs; None if it does not take them,
        or a step cannot be lowered."""
        if self.flat is None or self.variables or self._types() != [x.dtype for x in inputs]:
            return None
        steps = with_patterns(self.flat, self.outputs)
        return lower_subgraph(steps, dict(zip(self.inputs, inputs, strict=True)), self.outputs)

    @property
    def unchanged(self) -> frozenset[int]:
        """The numbers of the inputs that are handed on as the outputs of the same numbers."""
        made = {index for step in self.steps for index in step.outputs}
        pairs = enumerate(zip(self.inputs, self.outputs, strict=False))
        return frozenset(number for number, (x, y) in pairs if x == y and x not in made)

    def _take(self, step: Step, values: dict[int, Array], state: State, observe: Observe) -> int:
        """Replaces the values that die by those that the step makes; returns the bytes added."""
        results = execute(step, [values.get(index) for index in step.inputs])
        made = {
            index: self._checked(step, index, result)
            for index, result in zip(step.outputs, results, strict=True)
        }
        return self._replace(step, values, made, state, observe)

    def _replace(
        self,
        step: Step,
        values: dict[int, Array],
        made: Mapping[int, Array],
        state: State,
        observe: Observe,
    ) -> int:
        """Replaces the values that die in a step by those that it made, which are observed;
        returns the bytes added."""
        values.update(made)
        for index in step.outputs:
            observe(self.subgraph, index, values[index])
        added = sum(values[index].nbytes for index in step.outputs)
        state.meter.hold(added)
        freed = sum(values.pop(index).nbytes for index in step.dead if index in values)
        state.meter.hold(-freed)
        return added - freed

    def _given(self, inputs: Sequence[Array]) -> dict[int, Array]:
        if self._types() != [value.dtype for value in inputs]:
            raise ModelError(
                f"Subgraph {self.subgraph} takes {_names(self._types())} but is given "
                f"{_names([value.dtype for value in inputs])}.",
                "The file may be damaged: convert the model again.",
            )
        return dict(zip(self.inputs, inputs, strict=True))

    def _types(self) -> list[np.dtype | None]:
        return [RUNTIME_DTYPES.get(self.tensors[index].type) for index in self.inputs]

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


def _ignore(subgraph: int, tensor: int, value: Array) -> None:
    """Observes nothing."""


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
