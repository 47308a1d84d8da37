"""How far a run of ours is from LiteRT's: of every output, and operator by operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from kernels.model import Signature
from kernels.node import Array
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes
from tools import litert


@dataclass(frozen=True)
class Departure:
    """An operator of the first subgraph whose output ``tensor`` is not LiteRT's."""

    operator: int
    name: str
    tensor: str
    difference: float


@dataclass(frozen=True)
class Comparison:
    """A model, the inputs of one invocation by name, and what LiteRT is asked."""

    interpreter: Interpreter
    signature: Signature
    content: bytes
    inputs: Mapping[str, Array]
    numerics: str

    def outputs(self, ours: Mapping[str, Array]) -> dict[str, float]:
        """The largest difference of each output; infinite where shapes or types differ.

        Without those that are not outputs of the graph: LiteRT overwrites them.
        Raises InputError if LiteRT is not installed or does not run the model.
        """
        kept = set(self.interpreter.model.subgraphs[0].outputs)
        asked = {name: i for name, i in self.signature.outputs.items() if i in kept}
        theirs = self._ask(self.content, list(asked.values()))
        return {name: difference(ours[name], b) for name, b in zip(asked, theirs, strict=True)}

    def first_departure(self, tolerance: float) -> Departure | None:
        """The first operator with an output further than ``tolerance`` of its largest value.

        LiteRT gets every result as an output of the graph, so that its delegate runs too and
        fuses none of them away. Raises as ``outputs``.
        """
        ours = self.interpreter.invoke_all(self.signature.key, **self.inputs)
        subgraph = self.interpreter.model.subgraphs[0]
        made = [
            (number, index)
            for number, operator in enumerate(subgraph.operators)
            for index in operator.outputs
            if (0, index) in ours
        ]
        results = [index for _, index in made]
        theirs = self._ask(with_outputs(self.content, results), results)
        for (number, index), value in zip(made, theirs, strict=True):
            apart = difference(ours[0, index], value)
            reach = np.abs(value).max(initial=0) if value.dtype.kind in "fc" else 0
            if value.size and apart > tolerance * reach:
                operator = subgraph.operators[number]
                return Departure(number, operator.name, subgraph.tensors[index].name, apart)
        return None

    def _ask(self, content: bytes, tensors: list[int]) -> list[Array]:
        if self.signature.subgraph != 0:
            raise InputError(
                f"Signature '{self.signature.key}' runs subgraph {self.signature.subgraph}.",
                "Only signatures of the first subgraph can be compared.",
            )
        names = {index: name for name, index in self.signature.inputs.items()}
        ordered = [self.inputs[names[i]] for i in self.interpreter.model.subgraphs[0].inputs]
        request = litert.TensorsRequest(content, ordered, self.numerics, tensors)
        (answer,) = litert.answers([request], workers=1)
        if isinstance(answer, litert.Refusal):
            raise InputError(
                f"LiteRT {litert.version()} does not run the model: {answer.reason}.",
                "Run it without --compare.",
            )
        return answer


def with_outputs(content: bytes, tensors: Sequence[int]) -> bytes:
    """The model with these tensors of its first subgraph as outputs besides its own."""
    model = read_model(content)
    first, *others = model.subgraphs
    outputs = tuple(dict.fromkeys((*first.outputs, *tensors)))
    return model_bytes(replace(model, subgraphs=(replace(first, outputs=outputs), *others)))


def difference(ours: Array, theirs: Array) -> float:
    """The largest |a - b|; infinite where shapes, types, NaN or infinities differ."""
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        return float("inf")
    if ours.dtype.kind not in "fciu":
        return 0.0 if np.array_equal(ours, theirs) else float("inf")
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(ours.astype(np.complex128) - theirs))
    return float(np.where(np.isnan(apart), np.inf, apart).max(initial=0))
