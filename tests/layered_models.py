"""Models of several layers, whose channels can be scaled together, or cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kernels.model import Model
from tests.build_model import Operation, Value, constant, graph, tensor
from tests.float_models import normal

CHANNELS = 6
IMAGE = (1, 8, 8, CHANNELS)
_STRIDE = {"padding": "SAME", "stride_w": 1, "stride_h": 1}


def convolution(
    x: Value, y: Value, weight: Value, bias: Value | None = None, code: int = 0
) -> Operation:
    options = {**_STRIDE, "fused_activation_function": code}
    bias = bias or normal(f"{weight.tensor.name}_bias", weight.tensor.shape[0])
    return Operation("CONV_2D", [x, weight, bias], [y], options)


def depthwise(x: Value, y: Value, weight: Value, bias: Value, multiplier: int = 1) -> Operation:
    options = {**_STRIDE, "depth_multiplier": multiplier, "fused_activation_function": 1}
    return Operation("DEPTHWISE_CONV_2D", [x, weight, bias], [y], options)


def image(name: str, channels: int = CHANNELS, **fields: Any) -> Value:
    return tensor(name, (*IMAGE[:3], channels), **fields)


def filters(name: str, size: int = 3, channels: int = CHANNELS, inputs: int = CHANNELS) -> Value:
    """Channels with small weights are read by large ones, as batch norms leave it."""
    value = normal(name, channels, size, size, inputs)
    values = np.frombuffer(value.data, np.float32).reshape(value.tensor.shape)
    made, read = (np.float32(10.0) ** np.linspace(-2, 0, count) for count in (channels, inputs))
    return constant(name, np.float32(values * made[:, None, None, None] / read))


def reading(name: str, *shape: int, each: int = 1) -> Value:
    """A weight whose last dimension reads such channels, each so many times in a row."""
    values = np.frombuffer(normal(name, *shape).data, np.float32).reshape(shape)
    made = np.float32(10.0) ** np.linspace(-2, 0, CHANNELS)
    factors = np.resize(np.repeat(made, each), shape[-1])
    return constant(name, np.float32(values / factors))


def _first(code: int = 1) -> Operation:
    return convolution(image("x"), image("a"), filters("w1"), normal("b1", CHANNELS), code)


def _last(read: str = "a", weight: str = "w2") -> Operation:
    return convolution(image(read), image("y"), filters(weight), normal("b2", CHANNELS))


def _model(*operations: Operation, outputs: Sequence[Value] = (image("y"),)) -> Model:
    return graph(operations, [image("x")], outputs)


def _through(name: str, options: Mapping[str, Any] | None = None, *more: Value) -> Model:
    """Two convolutions with an operator between."""
    return _model(
        _first(0), Operation(name, [image("a"), *more], [image("c")], options), _last("c")
    )


def _bottleneck() -> Model:
    wide, twice = image("b", 2 * CHANNELS), filters("w3", 1, CHANNELS, 2 * CHANNELS)
    weight = reading("d", 1, 3, 3, 2 * CHANNELS, each=2)
    return _model(
        _first(),
        depthwise(image("a"), wide, weight, normal("e", 2 * CHANNELS), multiplier=2),
        convolution(wide, image("y"), twice),
    )


def _residual() -> Model:
    """What the first makes, and the third makes of it, is added and read by two."""
    added = Operation(
        "ADD", [image("a"), image("c")], [image("d")], {"fused_activation_function": 1}
    )
    return _model(
        _first(),
        convolution(image("a"), image("b"), filters("w2"), normal("b2", CHANNELS), 1),
        convolution(image("b"), image("c"), filters("w3")),
        added,
        convolution(image("d"), image("y"), filters("w4")),
        convolution(image("d"), image("z"), filters("w5", 1)),
        outputs=[image("y"), image("z")],
    )


def _flattened() -> Model:
    options = {**_STRIDE, "stride_w": 2, "stride_h": 2, "filter_width": 2, "filter_height": 2}
    pooled, flat = tensor("p", (1, 4, 4, CHANNELS)), tensor("f", (1, 16 * CHANNELS))
    y = tensor("y", (1, 5))
    weight = reading("w2", 5, 16 * CHANNELS)
    return _model(
        _first(),
        Operation("MAX_POOL_2D", [image("a")], [pooled], options),
        Operation("RESHAPE", [pooled, constant("s", np.int32([1, -1]))], [flat], {}),
        Operation("FULLY_CONNECTED", [flat, weight, None], [y], {}),
        outputs=[y],
    )


def _shared_bias() -> Model:
    bias = normal("b1", CHANNELS)
    return _model(
        convolution(image("x"), image("a"), filters("w1"), bias, 1),
        convolution(image("a"), image("y"), filters("w2"), bias),
    )


SCALABLE: Mapping[str, tuple[Model, int]] = {
    "two convolutions": (_model(_first(), _last()), 1),
    "depthwise with a multiplier": (_bottleneck(), 2),
    "residual": (_residual(), 2),
    "flattened": (_flattened(), 1),
    "shared bias": (_shared_bias(), 1),
    "leaky relu": (_through("LEAKY_RELU", {"alpha": 0.1}), 1),
}
"""Models, and how many groups of channels they have."""


def _shared_weight() -> Model:
    weight = filters("w1")
    return _model(
        convolution(image("x"), image("a"), weight, code=1),
        convolution(image("a"), image("y"), weight),
    )


def _grouped() -> Model:
    return _model(
        _first(), convolution(image("a"), image("y"), filters("w2", inputs=CHANNELS // 2))
    )


def _variable() -> Model:
    state = image("a", is_variable=True)
    return _model(_first(), convolution(state, image("y"), filters("w2")))


def _concatenated() -> Model:
    joined = image("c", 2 * CHANNELS)
    wide = filters("w2", 1, CHANNELS, 2 * CHANNELS)
    return _model(
        _first(),
        Operation("CONCATENATION", [image("a"), image("x")], [joined], {"axis": 3}),
        convolution(joined, image("y"), wide),
    )


def _regrouped() -> Model:
    """A RESHAPE that cuts the channels into pieces."""
    cut = tensor("c", (1, 8, 16, CHANNELS // 2))
    y = tensor("y", (1, 8, 16, CHANNELS))
    return _model(
        _first(),
        Operation("RESHAPE", [image("a"), constant("s", np.int32(cut.tensor.shape))], [cut], {}),
        convolution(cut, y, filters("w2", inputs=CHANNELS // 2)),
        outputs=[y],
    )


def _with_free_channels() -> Model:
    model = _model(_first(), _last())
    tensors = [
        replace(t, shape_signature=(1, 8, 8, -1)) if t.name == "a" else t
        for t in model.subgraphs[0].tensors
    ]
    return replace(model, subgraphs=(replace(model.subgraphs[0], tensors=tuple(tensors)),))


def _added_constant() -> Model:
    return _through("ADD", {}, normal("c0", *IMAGE))


FIXED: Mapping[str, Model] = {
    "one layer": _model(_first(), outputs=[image("a")]),
    "relu6": _model(_first(3), _last()),
    "an output": _model(_first(), _last(), outputs=[image("y"), image("a")]),
    "a branch with another operator": _model(
        _first(),
        _last(),
        Operation("LOGISTIC", [image("a")], [image("z")]),
        outputs=[image("y"), image("z")],
    ),
    "a sigmoid between": _through("LOGISTIC"),
    "an added constant": _added_constant(),
    "an added input": _through("ADD", {}, image("x")),
    "a shared weight": _shared_weight(),
    "a grouped convolution": _grouped(),
    "a variable": _variable(),
    "a concatenation": _concatenated(),
    "cut channels": _regrouped(),
    "a free dimension": _with_free_channels(),
}
"""Models none of whose channels can be scaled."""
