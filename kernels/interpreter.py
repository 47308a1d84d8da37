"""Runs a model: the runtime's front door.

interpreter = Interpreter("model.tflite")
scores = interpreter.invoke(image=pixels)["scores"]
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from threading import RLock
from types import MappingProxyType
from typing import Any

import numpy as np

from kernels.arguments import ordered_arguments
from kernels.blockwise import with_blocks
from kernels.errors import InputError
from kernels.flat.machine import Machine
from kernels.flat.profile import Spent, TimingMachine
from kernels.flat.team import Team
from kernels.limits import Limits
from kernels.meter import Meter
from kernels.model import Model, Signature
from kernels.node import NUMERICS, XNNPACK, Array
from kernels.prepare import Surroundings, prepare_model
from kernels.program import Observe, Program
from kernels.signatures import chosen_signature, signatures_of, with_signature_outputs
from kernels.state import State
from kernels.tflite.reader import read_model
from kernels.tflite.verifier import verify


class Interpreter:
    """A model that is verified and prepared to run.

    ``source`` is a path, the bytes of a file, or a Model. ``numerics`` names whose arithmetic
    to follow: ``"xnnpack"``, LiteRT's default, or ``"reference"``, TFLite's reference kernels.
    ``limits`` bound what the model may hold and what an invocation may cost. ``num_threads``
    work on an operator together; results do not depend on how many. Threads that call one
    interpreter take turns.
    Raises ModelError for a malformed model and UnsupportedOperatorError, which names all the
    operators that have no kernel.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | bytes | Model,
        numerics: str = XNNPACK,
        limits: Limits | None = None,
        num_threads: int = 1,
    ) -> None:
        if numerics not in NUMERICS:
            raise InputError(
                f"Numerics '{numerics}' do not exist.", f"Choose one of: {', '.join(NUMERICS)}."
            )
        self.numerics, self.limits, self.num_threads = numerics, limits or Limits(), num_threads
        limits = self.limits
        self.model = _verified(source, limits)
        self.signatures: Mapping[str, Signature] = MappingProxyType(signatures_of(self.model))
        self._state = State(meter=Meter(limits))
        team = Team(num_threads)
        self._machine: Machine | None = Machine(team)
        self._observed, self._timing = Machine(team), TimingMachine()
        self._observe: Observe | None = None
        self._turn = RLock()
        self._programs = prepare_model(
            with_blocks(with_signature_outputs(self.model)),
            Surroundings(numerics, self._run_subgraph, limits, self._state, self._program),
        )

    def invoke(self, signature: str | None = None, **inputs: Any) -> dict[str, Array]:
        """The outputs of a signature by name; they belong to the caller.

        ``signature`` may be left out if there is only one or one is "serving_default". Any
        size of the first dimension is taken, of others where the model leaves it free; a graph
        that holds its batch size as a constant may, as in LiteRT, fail on another one or run
        the examples together, which the shape of the result shows.
        Raises InputError if the inputs do not fit, ModelError if the model fails on them.
        """
        called = self.signature(signature)
        arguments = ordered_arguments(called, self.model.subgraphs[called.subgraph], inputs)
        with self._turn, np.errstate(all="ignore"):  # NaN and infinity propagate, IEEE 754 says
            self._state.meter.restart()
            outputs = self._run_subgraph(called.subgraph, arguments)
        values = dict(zip(self._programs[called.subgraph].outputs, outputs, strict=True))
        return {name: values[index].copy() for name, index in called.outputs.items()}

    def invoke_all(
        self, signature: str | None = None, **inputs: Any
    ) -> dict[tuple[int, int], Array]:
        """Every value of an invocation: (subgraph, tensor) -> array, each operator by its plain
        kernel, one after the other.

        The inputs, variables and results of operators; ``model.subgraphs[s].tensors[t].name``
        is the name. Of a subgraph that runs several times, the last. Constants are not
        among them. Raises what ``invoke`` raises.
        """
        values: dict[tuple[int, int], Array] = {}

        def keep(subgraph: int, tensor: int, value: Array) -> None:
            values[subgraph, tensor] = value.copy()

        self._invoke_observed(None, keep, signature, inputs)
        return values

    def observe(
        self, observe: Observe, signature: str | None = None, /, **inputs: Any
    ) -> dict[str, Array]:
        """What ``invoke`` returns; ``observe`` is told (subgraph, tensor, value) of every value
        that ``invoke_all`` has, each time there is one, in compiled kernels' time.

        The values are the runtime's: copy what is to be kept. Raises what ``invoke`` raises.
        """
        return self._invoke_observed(self._observed, observe, signature, inputs)

    def profile(self, signature: str | None = None, **inputs: Any) -> tuple[Spent, ...]:
        """What one invocation, on one thread, spends its time on, in the order of execution.

        The first one also prepares what later ones reuse. Raises what ``invoke`` raises.
        """
        with self._turn:
            machine, self._machine = self._machine, self._timing
            self._timing.watch.spent.clear()
            try:
                self.invoke(signature, **inputs)
            finally:
                self._machine = machine
            return tuple(self._timing.watch.spent)

    def copy(self, num_threads: int) -> Interpreter:
        """Another interpreter of the same model, whose variables are as at first: for another
        thread of Python, since those that call one interpreter take turns."""
        return Interpreter(self.model, self.numerics, self.limits, num_threads)

    def reset(self) -> None:
        """Forgets what invocations left in variables."""
        self._state.reset()

    def signature(self, key: str | None = None) -> Signature:
        """The signature of that key; without one, the only one or "serving_default".

        Raises InputError if there is none such.
        """
        return chosen_signature(self.signatures, key)

    def _invoke_observed(
        self,
        machine: Machine | None,
        observe: Observe,
        signature: str | None,
        inputs: Mapping[str, Any],
    ) -> dict[str, Array]:
        """Invokes with another machine, or none, and tells of values."""
        with self._turn:
            before, self._machine, self._observe = self._machine, machine, observe
            try:
                return self.invoke(signature, **inputs)
            finally:
                self._machine, self._observe = before, None

    def _run_subgraph(self, index: int, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
        return self._programs[index].run(inputs, self._state, self._observe, self._machine)

    def _program(self, index: int) -> Program:
        return self._programs[index]


def _verified(source: str | os.PathLike[str] | bytes | Model, limits: Limits) -> Model:
    if not isinstance(source, Model):
        return read_model(source, limits)
    verify(source, limits)
    return source
