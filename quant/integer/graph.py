"""A model's float tensors as full-integer quantization sees them: roles, makers and readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kernels.integer import INTEGER
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Subgraph, Tensor
from quant.captured_constants import called_subgraphs
from quant.integer.scheme import Place

FLOAT32 = "FLOAT32"


@dataclass(frozen=True)
class Graph:
    """One subgraph of a model; ``index`` is its own."""

    model: Model
    index: int

    @cached_property
    def subgraph(self) -> Subgraph:
        """The subgraph itself."""
        return self.model.subgraphs[self.index]

    def is_float(self, tensor: int) -> bool:
        """Whether the operand is there and FLOAT32."""
        return tensor != OPTIONAL_TENSOR and self.subgraph.tensors[tensor].type == FLOAT32

    def is_constant(self, tensor: int) -> bool:
        """Whether the tensor's value is in the file."""
        return len(self.model.buffers[self.subgraph.tensors[tensor].buffer]) > 0

    def tensor(self, operator: Operator, operand: int | None) -> Tensor | None:
        """The tensor of an operand, None where there is none."""
        if operand is None or operand >= len(operator.inputs):
            return None
        index = operator.inputs[operand]
        return None if index == OPTIONAL_TENSOR else self.subgraph.tensors[index]

    def activations(self, operator: Operator) -> list[int]:
        """The float operands that are neither weight nor bias, and the float outputs."""
        return [*self.activation_inputs(operator), *self.float_outputs(operator)]

    def activation_inputs(self, operator: Operator) -> list[int]:
        """The float operands that are neither weight nor bias, as tensors."""
        return [operator.inputs[i] for i in self.activation_operands(operator)]

    def activation_operands(self, operator: Operator) -> list[int]:
        """The same as operand numbers."""
        facts = INTEGER.get(operator.name)
        others = set() if facts is None else {facts.weight_operand, facts.bias}
        return [i for i, t in enumerate(operator.inputs) if self.is_float(t) and i not in others]

    def float_outputs(self, operator: Operator) -> list[int]:
        """The outputs that are FLOAT32."""
        return [tensor for tensor in operator.outputs if self.is_float(tensor)]

    @cached_property
    def maker(self) -> dict[int, int]:
        """Tensor -> the operator that makes it."""
        operators = enumerate(self.subgraph.operators)
        return {tensor: o for o, operator in operators for tensor in operator.outputs}

    @cached_property
    def readers(self) -> dict[int, list[int]]:
        """Tensor -> the operators that read it."""
        found: dict[int, list[int]] = defaultdict(list)
        for o, operator in enumerate(self.subgraph.operators):
            for tensor in dict.fromkeys(operator.inputs):
                found[tensor].append(o)
        return found


def graphs(model: Model) -> Iterator[Graph]:
    """All subgraphs."""
    return (Graph(model, index) for index in range(len(model.subgraphs)))


def public_subgraphs(model: Model) -> frozenset[int]:
    """Those that are run from outside and by no operator: their inputs and outputs are the
    model's, and may change their type."""
    called = {
        index
        for subgraph in model.subgraphs
        for operator in subgraph.operators
        for index in called_subgraphs(operator)
    }
    return frozenset({0, *(signature.subgraph for signature in model.signatures)} - called)


def boundary(model: Model) -> frozenset[Place]:
    """The inputs and outputs of public subgraphs."""
    return frozenset(
        (s, tensor)
        for s in public_subgraphs(model)
        for tensor in (*model.subgraphs[s].inputs, *model.subgraphs[s].outputs)
    )
