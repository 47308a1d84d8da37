"""Files of the corpus for what flat programs do in ways of their own: operators that become one,
weights of bytes, indices that are computed, loops over matrices."""

from __future__ import annotations

import numpy as np

from kernels.model import Model
from tests.build_model import Operation, Value, constant, graph, quantization, tensor
from tests.build_model import with_subgraphs as _with

_STRIDES = {"stride_w": 1, "stride_h": 1}
_VALID = {**_STRIDES, "padding": 1}
_BORDER = [[0, 0], [1, 1], [1, 0], [0, 0]]


def _i32(name: str, *values: object) -> Value:
    return constant(name, np.array(values, np.int32))


def _floats(name: str, *shape: int) -> Value:
    numbers = np.arange(np.prod(shape)).reshape(shape) % 11 - 5
    return constant(name, (numbers / 8).astype(np.float32))


def _bytes(name: str, *shape: int, axis: int = 0) -> Value:
    codes = (np.arange(np.prod(shape)).reshape(shape) * 37 % 255 - 127).astype(np.int8)
    scales = np.linspace(0.01, 0.03, shape[axis]).tolist()
    return constant(name, codes, quantization=quantization(scales, axis=axis))


def padded() -> Model:
    """PAD, CONV_2D, PAD, DEPTHWISE_CONV_2D, MEAN, SOFTMAX of floats."""
    x, p, c = tensor("x", (1, 4, 5, 3)), tensor("p", (1, 6, 6, 3)), tensor("c", (1, 4, 4, 17))
    q, d = tensor("q", (1, 6, 5, 17)), tensor("d", (1, 4, 3, 17))
    m, y = tensor("m", (1, 17)), tensor("y", (1, 17))
    relu = {"fused_activation_function": 1}
    operations = [
        Operation("PAD", [x, constant("b", np.int32(_BORDER))], [p], {}),
        Operation("CONV_2D", [p, _floats("w", 17, 3, 3, 3), _floats("v", 17)], [c], _VALID | relu),
        Operation("PAD", [c, constant("e", np.int32(_BORDER))], [q], {}),
        Operation(
            "DEPTHWISE_CONV_2D",
            [q, _floats("f", 1, 3, 3, 17), _floats("g", 17)],
            [d],
            {**_VALID, "depth_multiplier": 1},
        ),
        Operation("MEAN", [d, _i32("a", 1, 2)], [m], {}),
        Operation("SOFTMAX", [m], [y], {"beta": 1.0}),
    ]
    return graph(operations, [x], [y])


def hybrid() -> Model:
    """CONV_2D, DEPTHWISE_CONV_2D, 1 x 1 CONV_2D, FULLY_CONNECTED with weights of bytes."""
    x, c, d = tensor("x", (2, 4, 3, 3)), tensor("c", (2, 4, 3, 18)), tensor("d", (2, 2, 2, 18))
    e, r, y = tensor("e", (2, 2, 2, 5)), tensor("r", (2, 20)), tensor("y", (2, 17))
    operations = [
        Operation("CONV_2D", [x, _bytes("w", 18, 3, 3, 3), _floats("b", 18)], [c], _STRIDES),
        Operation(
            "DEPTHWISE_CONV_2D",
            [c, _bytes("v", 1, 3, 3, 18, axis=3), _floats("g", 18)],
            [d],
            {"stride_w": 2, "stride_h": 2, "depth_multiplier": 1},
        ),
        Operation("CONV_2D", [d, _bytes("u", 5, 1, 1, 18), _floats("h", 5)], [e], _STRIDES),
        Operation("RESHAPE", [e, _i32("s", 2, 20)], [r], {}),
        Operation("FULLY_CONNECTED", [r, _bytes("t", 17, 20), _floats("k", 17)], [y], {}),
    ]
    return graph(operations, [x], [y])


def pooled_integers() -> Model:
    """Integers: CONV_2D, both poolings, CONCATENATION, DEPTHWISE_CONV_2D, FULLY_CONNECTED."""
    scheme = quantization(0.05, -3)
    x, c, a, m, j, d = (
        tensor(name, shape, "INT8", quantization=scheme)
        for name, shape in (
            *(("x", (1, 5, 4, 3)), ("c", (1, 5, 4, 9)), ("a", (1, 2, 2, 9))),
            *(("m", (1, 2, 2, 9)), ("j", (1, 2, 2, 18)), ("d", (1, 2, 2, 18))),
        )
    )
    y = tensor("y", (1, 7), "INT8", quantization=quantization(0.5, 9))
    pool = {"stride_w": 2, "stride_h": 2, "filter_width": 2, "filter_height": 2, "padding": 1}

    def bias(name: str, count: int) -> Value:
        return constant(name, np.arange(count, dtype=np.int32), quantization=quantization(0.001))

    operations = [
        Operation("CONV_2D", [x, _bytes("w", 9, 2, 2, 3), bias("b", 9)], [c], _STRIDES),
        Operation("AVERAGE_POOL_2D", [c], [a], pool),
        Operation("MAX_POOL_2D", [c], [m], pool),
        Operation("CONCATENATION", [a, m], [j], {"axis": 3}),
        Operation(
            "DEPTHWISE_CONV_2D",
            [j, _bytes("v", 1, 3, 3, 18, axis=3), bias("g", 18)],
            [d],
            {**_STRIDES, "depth_multiplier": 1},
        ),
        Operation("FULLY_CONNECTED", [d, _bytes("u", 7, 72), bias("h", 7)], [y], {}),
    ]
    return graph(operations, [x], [y])


def computed_indices() -> Model:
    """GATHER, GATHER_ND, SLICE and DYNAMIC_UPDATE_SLICE where the inputs say, then TRANSPOSE."""
    x, i = tensor("x", (6, 5)), tensor("i", (3,), "INT32")
    g, n, s = tensor("g", (3, 5)), tensor("n", (3,)), tensor("s", (1, 5))
    at, pair = tensor("at", (2,), "INT32"), tensor("pair", (3, 2), "INT32")
    u, t = tensor("u", (6, 5)), tensor("t", (5, 6))
    operations = [
        Operation("GATHER", [x, i], [g], {"axis": 0}),
        Operation("GATHER_ND", [x, pair], [n]),
        Operation("GATHER", [i, _i32("two", 0, 2)], [at], {"axis": 0}),
        Operation("SLICE", [x, at, _i32("size", 1, 2)], [s]),
        Operation("DYNAMIC_UPDATE_SLICE", [x, g, _i32("start", 1, 0)], [u]),
        Operation("TRANSPOSE", [u, _i32("order", 1, 0)], [t], {}),
    ]
    return graph(operations, [x, i, pair], [n, s, t])


def recurrent() -> Model:
    """WHILE step < 3: state = RELU(state w + sequence[step]), written into a list of states."""
    kinds = (("step", (), "INT32"), ("h", (1, 4)), ("seq", (3, 1, 4)), ("made", (3, 1, 4)))

    def values(prefix: str) -> list[Value]:
        return [tensor(prefix + name, *rest) for name, *rest in kinds]

    start, end = values("start_"), values("end_")
    calls = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    main = graph([Operation("WHILE", start, end, calls)], start, [end[1], end[3]])
    asked, go = values("asked_"), tensor("go", (), "BOOL")
    three = constant("three", np.int32(3))
    condition = graph([Operation("LESS", [asked[0], three], [go])], asked, [go])
    return _with(main, condition, _step(values("body_"), values("next_")))


def _step(given: list[Value], made: list[Value]) -> Model:
    step, h, sequence, written = given
    x, product, at = tensor("x", (1, 4)), tensor("product", (1, 4)), tensor("at", (1,), "INT32")
    places, row = tensor("places", (3,), "INT32"), tensor("row", (1, 1, 4))
    operations = [
        Operation("GATHER", [sequence, step], [x], {"axis": 0}),
        Operation("FULLY_CONNECTED", [h, _bytes("w", 4, 4), None], [product], {}),
        Operation("ADD", [product, x], [made[1]], {"fused_activation_function": 1}),
        Operation("RESHAPE", [step, _i32("one", 1)], [at], {}),
        Operation("PAD", [at, constant("zeros", np.int32([[0, 2]]))], [places], {}),
        Operation("RESHAPE", [made[1], _i32("shape", 1, 1, 4)], [row], {}),
        Operation("DYNAMIC_UPDATE_SLICE", [written, row, places], [made[3]]),
        Operation("ADD", [step, constant("more", np.int32(1))], [made[0]], {}),
    ]
    return graph(operations, given, [made[0], made[1], sequence, made[3]])


def lowered_corpus() -> dict[str, Model]:
    """File name -> model."""
    return {
        "padded": padded(),
        "hybrid": hybrid(),
        "pooled_integers": pooled_integers(),
        "computed_indices": computed_indices(),
        "recurrent": recurrent(),
    }
