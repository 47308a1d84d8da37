"""The plan of full-integer quantization: which operators, which scales, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernels.errors import RecipeError
from kernels.int8 import FLOAT, TFLITE_MICRO
from kernels.integer import INTEGER, Integer
from kernels.model import Model, Operator
from kernels.operators import OPERATORS
from quant.activation import Activation
from quant.constants import Constant, Use, operator_of, tensor_of
from quant.decision import INTEGER as INTEGER_DELIVERY
from quant.decision import Decision
from quant.integer.forms import NO_NEIGHBOUR, Form, choose_forms
from quant.integer.graph import FLOAT32, Graph
from quant.integer.kept import kept_operators
from quant.integer.scales import Scales, choose_scales
from quant.integer.scheme import IntegerScheme, Place
from quant.integer.weights import BIAS_TYPES, weight_axis
from quant.ranges import Ranges
from quant.recipe import Recipe
from quant.scheme import SCHEMES
from quant.weights import Encoding

_NAMED = 4
"""How many operators an error names."""


@dataclass(frozen=True)
class IntegerPlan:
    """``name`` of the recipe's scheme; ``forms`` of the model's operators, and the ``scales``."""

    model: Model
    name: str
    scheme: IntegerScheme
    forms: Mapping[Place, Form]
    scales: Scales

    def is_integer(self, subgraph: int, operator: int) -> bool:
        """Whether the operator computes with integers."""
        return self.forms.get((subgraph, operator), Form(False)).is_integer

    def decisions(self, constants: tuple[Constant, ...]) -> Mapping[int, Decision]:
        """Buffer -> what becomes of a constant that an integer operator reads."""
        return {
            constant.buffer: self._decision(constant)
            for constant in constants
            if any(map(self._takes, constant.uses))
        }

    def _takes(self, use: Use) -> bool:
        """Whether an integer operator reads a float constant there."""
        is_float = tensor_of(self.model, use).type == FLOAT32
        return is_float and self.is_integer(use.subgraph, use.operator)

    def _decision(self, constant: Constant) -> Decision:
        integer = [use for use in constant.uses if self._takes(use)]
        roles = [self._role(use) for use in integer]
        encodings: dict[Place, Encoding] = {}
        for use, (encoding, _) in zip(integer, roles, strict=True):
            place, name = (use.subgraph, use.tensor), operator_of(self.model, use).name
            if place not in encodings or use.operand == INTEGER[name].weight_operand:
                encodings[place] = encoding
        reason = ", ".join(dict.fromkeys(said for _, said in roles))
        deliveries = tuple(INTEGER_DELIVERY if use in integer else FLOAT for use in constant.uses)
        if FLOAT in deliveries:
            reason += "; and as it is for operators that stay float"
        return Decision(self.name, reason, encodings, deliveries)

    def _role(self, use: Use) -> tuple[Encoding, str]:
        """How an integer operator gets a constant, and that in words."""
        graph = Graph(self.model, use.subgraph)
        operator, tensor = graph.subgraph.operators[use.operator], tensor_of(self.model, use)
        facts, name = INTEGER[operator.name], operator.name
        if use.operand == facts.weight_operand:
            axis = weight_axis(facts, tensor.shape, self.scheme.target_runtime)
            scales = "per-tensor" if axis is None else f"per-channel axis {axis}"
            return Encoding("INT8", axis), f"int8 {scales}: weight of integer {name}"
        if use.operand == facts.bias:
            kind = BIAS_TYPES[self.scheme.element_type]
            return Encoding(kind, self._bias_axis(graph, operator, facts)), (
                f"{kind.lower()}: bias of integer {name}"
            )
        kind = self.scheme.element_type
        return Encoding(kind), f"{kind.lower()} per-tensor: operand of integer {name}"

    def _bias_axis(self, graph: Graph, operator: Operator, facts: Integer) -> int | None:
        weight = graph.tensor(operator, facts.weight_operand)
        assert weight is not None
        per_tensor = weight_axis(facts, weight.shape, self.scheme.target_runtime) is None
        return None if per_tensor else 0

    @property
    def activations(self) -> tuple[Activation, ...]:
        """Every float tensor that is made at run time or given, in order."""
        return tuple(
            self._activation(graph, tensor)
            for graph in (Graph(self.model, s) for s in range(len(self.model.subgraphs)))
            for tensor in range(len(graph.subgraph.tensors))
            if graph.is_float(tensor) and not graph.is_constant(tensor) and _is_used(graph, tensor)
        )

    def _activation(self, graph: Graph, tensor: int) -> Activation:
        place, name = (graph.index, tensor), graph.subgraph.tensors[tensor].name
        scaled = self.scales.tensors.get(place)
        if scaled is not None:
            affine = scaled.affine
            return Activation(
                name, *place, affine.type, affine.scale, affine.zero_point, scaled.reason
            )
        maker = graph.maker.get(tensor)
        form = None if maker is None else self.forms.get((graph.index, maker))
        reason = "no integer operator reads it" if form is None else form.reason
        return Activation(name, *place, "FLOAT32", None, None, f"float: {reason}")


def _is_used(graph: Graph, tensor: int) -> bool:
    inputs = graph.subgraph.inputs
    return tensor in graph.maker or tensor in graph.readers or tensor in inputs


def plan_integer(model: Model, recipe: Recipe, ranges: Ranges) -> IntegerPlan:
    """The plan for a recipe that has an integer scheme.

    Raises RecipeError as ``select``, and where TFLite Micro, whose models should be integer
    throughout, would have to run operators as float that no rule of the recipe keeps float.
    """
    name = recipe.integer_scheme
    assert name is not None
    element_type = SCHEMES[name].activation
    assert element_type is not None
    kept = kept_operators(model, recipe)
    scheme = IntegerScheme(element_type, recipe.target_runtime, recipe.io, ranges, kept)
    forms = choose_forms(model, scheme)
    if recipe.target_runtime == TFLITE_MICRO:
        _require_integer(model, scheme, forms)
    return IntegerPlan(model, name, scheme, forms, choose_scales(model, scheme, forms))


def _require_integer(model: Model, scheme: IntegerScheme, forms: Mapping[Place, Form]) -> None:
    left = {}
    for (s, o), form in sorted(forms.items()):
        operator = model.subgraphs[s].operators[o]
        allowed = (s, *operator.outputs[:1]) in scheme.kept or form.reason == NO_NEIGHBOUR
        if not form.is_integer and not allowed and not _only_runs(operator):
            left[operator.custom_code or operator.name] = form.reason
    if left:
        shown = "; ".join(list(left.values())[:_NAMED])
        raise RecipeError(
            f"target runtime {scheme.target_runtime} would run {len(left)} kinds of operators as "
            f"float: {shown}.",
            f'Allow it with a rule, {{"operator": "{next(iter(left))}", "scheme": "float"}}, '
            "calibrate with data that reaches them, or give target_runtime litert.",
        )


def _only_runs(operator: Operator) -> bool:
    facts = OPERATORS.get(operator.name)
    return facts is not None and (facts.runs_subgraphs or facts.at_load)
