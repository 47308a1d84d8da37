"""A small network of convolutions, and what it is run on."""

from __future__ import annotations

import numpy as np

from kernels.model import Model
from tests.build_model import Operation, graph, tensor
from tests.float_models import normal

_SAME = {"padding": "SAME", "stride_w": 1, "stride_h": 1}
_RELU = {"fused_activation_function": "RELU"}


def layered(has_bias: bool = True) -> Model:
    """(1, 6, 6, 4) to (1, 5): a convolution, a depthwise one added to it, and a product."""
    image = (1, 6, 6, 16)
    x, c, d, s = tensor("x", (1, 6, 6, 4)), *(tensor(name, image) for name in "cds")
    m, y = tensor("m", (1, 576)), tensor("y", (1, 5))

    def layer(name: str, *shape: int, outputs: int):  # type: ignore[no-untyped-def]
        bias = [normal(f"{name}b", outputs)] if has_bias else []
        return [normal(f"{name}w", *shape), *bias]

    operations = [
        Operation("CONV_2D", [x, *layer("c", 16, 3, 3, 4, outputs=16)], [c], {**_SAME, **_RELU}),
        Operation(
            "DEPTHWISE_CONV_2D",
            [c, *layer("d", 1, 3, 3, 16, outputs=16)],
            [d],
            {**_SAME, **_RELU, "depth_multiplier": 1},
        ),
        Operation("ADD", [c, d], [s]),
        Operation("RESHAPE", [s], [m], {"new_shape": [1, 576]}),
        Operation("FULLY_CONNECTED", [m, *layer("f", 5, 576, outputs=5)], [y]),
    ]
    return graph(operations, [x], [y])


def layered_samples(count: int = 24, seed: int = 0) -> list[dict[str, np.ndarray]]:
    """Smooth images, not around zero."""
    draw = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        coarse = draw.normal(0.5, 1, (1, 2, 2, 4)).repeat(3, axis=1).repeat(3, axis=2)
        made.append({"x": np.float32(coarse + 0.1 * draw.normal(size=(1, 6, 6, 4)))})
    return made
