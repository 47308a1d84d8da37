"""A plan: for every constant of a model what becomes of it, and why."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kernels.int8 import FLOAT
from kernels.integer import INTEGER as INTEGERS
from kernels.model import Model
from quant.activation import Activation
from quant.constants import Constant, Use, elements, find_constants, operator_of
from quant.decision import INTEGER, Decision, decide
from quant.granularity import Place
from quant.recipe import Recipe
from quant.weights import Encoding

if TYPE_CHECKING:
    from quant.integer.plan import IntegerPlan


@dataclass(frozen=True)
class Consumer:
    """An operator that reads the constant, as operand number ``operand``.

    ``delivery`` is how it gets the stored values (``kernels.int8``), "float", or "integer": it
    computes with integers.
    """

    subgraph: int
    operator: int
    name: str
    operand: int
    delivery: str


@dataclass(frozen=True)
class Entry:
    """One constant tensor. ``scheme`` is one of the recipe's; "float" for all that stays as it
    is, also where its ``type`` is another. ``encoding`` is how a constant that changes is stored.

    Entries with the same ``buffer`` show the same ``bytes``, which the file has once.
    """

    name: str
    subgraph: int
    tensor: int
    buffer: int
    type: str
    shape: tuple[int, ...]
    elements: int
    bytes: int
    scheme: str
    encoding: Encoding | None
    reason: str
    consumers: tuple[Consumer, ...]

    @property
    def is_quantized(self) -> bool:
        """Whether the constant changes."""
        return self.encoding is not None

    @property
    def changes_alone(self) -> bool:
        """Whether it changes and the activations of its operators do not."""
        return self.is_quantized and all(each.delivery != INTEGER for each in self.consumers)

    @property
    def is_weight(self) -> bool:
        """Whether it changes by itself: not the bias, and not an activation, of an operator that
        computes with integers."""
        return self.changes_alone or any(
            each.delivery == INTEGER and INTEGERS[each.name].weight_operand == each.operand
            for each in self.consumers
        )

    @property
    def granularity(self) -> str | None:
        """That of the scales, None where there are none."""
        return None if self.encoding is None else self.encoding.granularity

    @property
    def axis(self) -> int | None:
        """The dimension of the scales, None per-tensor and where there are none."""
        return None if self.encoding is None else self.encoding.axis


@dataclass(frozen=True)
class Plan:
    """What becomes of every constant of every subgraph, in the order of the subgraphs; and of
    every float tensor that is made at run time, if the recipe has integer activations."""

    target_runtime: str
    constants: tuple[Entry, ...]
    activations: tuple[Activation, ...] = ()

    def to_json(self) -> str:
        """One JSON object, readable: an object per constant."""
        return json.dumps(asdict(self), indent=1) + "\n"

    def _repr_html_(self) -> str:
        from quant.notebook import plan_html  # only notebooks ask for it

        return plan_html(self)


def plan_model(
    model: Model, recipe: Recipe | None = None, integer: IntegerPlan | None = None
) -> Plan:
    """What the recipe (None: the default one) means for every constant of the model.

    ``integer`` says which operators compute with integers. Looks at names, shapes, types and
    operators, not at values. Raises RecipeError where the recipe names a signature or subgraph
    that the model has not, or a rule matches nothing.
    """
    recipe = recipe or Recipe()
    constants = find_constants(model)
    taken = {} if integer is None else integer.decisions(constants)
    decisions = decide(model, constants, recipe, taken)
    entries = [
        entry
        for constant in constants
        for entry in _entries(model, constant, decisions[constant.buffer])
    ]
    entries.sort(key=lambda entry: (entry.subgraph, entry.tensor))
    activations = () if integer is None else integer.activations
    return Plan(recipe.target_runtime, tuple(entries), activations)


def _entries(model: Model, constant: Constant, decision: Decision) -> list[Entry]:
    """One entry for each tensor that shows the constant."""
    deliveries = decision.deliveries or (FLOAT,) * len(constant.uses)
    consumers = [
        (use.tensor, _consumer(model, use, how))
        for use, how in zip(constant.uses, deliveries, strict=True)
    ]
    return [
        _entry(
            model,
            (s, t),
            decision,
            tuple(c for tensor, c in consumers if (c.subgraph, tensor) == (s, t)),
        )
        for s, t in constant.tensors
    ]


def _consumer(model: Model, use: Use, delivery: str) -> Consumer:
    name = operator_of(model, use).name
    return Consumer(use.subgraph, use.operator, name, use.operand, delivery)


def _entry(
    model: Model, place: Place, decision: Decision, consumers: tuple[Consumer, ...]
) -> Entry:
    s, t = place
    tensor = model.subgraphs[s].tensors[t]
    return Entry(
        name=tensor.name,
        subgraph=s,
        tensor=t,
        buffer=tensor.buffer,
        type=tensor.type,
        shape=tensor.shape,
        elements=elements(tensor),
        bytes=len(model.buffers[tensor.buffer]),
        scheme=decision.scheme,
        encoding=decision.encodings.get(place),
        reason=decision.reason,
        consumers=consumers,
    )
