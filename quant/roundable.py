"""Which layers' weights can be rounded for the error of the layer's output."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.equivariance import LINEAR, Linear
from kernels.model import Model, Operator, Tensor
from kernels.tflite.schema import OPTIONS, with_defaults
from kernels.weight_products import WEIGHT_PRODUCTS, WeightProduct
from quant.apply import Weights
from quant.bias_correction import has_float_bias
from quant.plan import Entry, Plan
from quant.weights import Encoding

MOST_WINDOWS = 400
"""Of an example that a layer learns from: they are much alike."""


@dataclass(frozen=True)
class Layer:
    """An operator of a subgraph, with the entry of its weight, which nothing else reads."""

    place: tuple[int, int]
    entry: Entry
    encoding: Encoding
    operator: Operator
    weight: Tensor
    linear: Linear
    product: WeightProduct

    @property
    def options(self) -> SimpleNamespace:
        """All fields, defaults applied."""
        return with_defaults(self.operator.options, OPTIONS[self.operator.name])

    def windows(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """What the weight multiplies, of some places of the input x."""
        made: NDArray[np.float32] = self.product.windows(x, self.options, self.weight, MOST_WINDOWS)
        return made

    @property
    def input(self) -> int:
        """The tensor that the weight multiplies."""
        return self.operator.inputs[self.linear.activation]


def roundable_layers(
    model: Model, plan: Plan, weights: Weights, subgraph: int
) -> tuple[Layer, ...]:
    """Those of the subgraph in the order in which they run: weights that become integers with a
    scale for each output channel, or for blocks, and biases that can be corrected."""
    shown = Counter(entry.buffer for entry in plan.constants)
    found = [
        layer
        for entry in plan.constants
        if entry.subgraph == subgraph and shown[entry.buffer] == 1
        for layer in [_layer(model, entry, weights)]
        if layer is not None
    ]
    return tuple(sorted(found, key=lambda layer: layer.place))


def _layer(model: Model, entry: Entry, weights: Weights) -> Layer | None:
    encoding = entry.encoding
    if encoding is None or not encoding.is_integer or entry.buffer not in weights:
        return None
    if len(entry.consumers) != 1:
        return None
    (consumer,) = entry.consumers
    linear, product = LINEAR.get(consumer.name), WEIGHT_PRODUCTS.get(consumer.name)
    if linear is None or product is None or consumer.operand != linear.weight:
        return None
    subgraph = model.subgraphs[entry.subgraph]
    operator = subgraph.operators[consumer.operator]
    by_output = bool(encoding.block_size) or encoding.axis == linear.output_axis
    if not by_output or not has_float_bias(model, subgraph, operator, weights):
        return None
    weight = subgraph.tensors[entry.tensor]
    place = entry.subgraph, consumer.operator
    return Layer(place, entry, encoding, operator, weight, linear, product)
