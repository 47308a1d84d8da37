"""Models of one or two operators in random shapes: ``python -m tests.shape_sweep COUNT [FIRST]``.

Case i is the same everywhere. Each runs flat, with 1, 2 and 3 threads, and by plain kernels, which
must give the same bits or all refuse.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kernels.errors import TfliteQuantError
from kernels.interpreter import Interpreter
from kernels.model import Model
from kernels.node import Array
from kernels.window import SAME
from tests import full_integer
from tests.build_model import Operation, constant, graph, quantization, single_operator, tensor
from tests.hybrid import FLOAT, KINDS, activations, bias, weight
from tests.naive import positions
from tests.oracle import Fixed, operator_model
from tests.quantized import Affine, affines
from tests.tiles import bits

INTEGER = "integer"
THREADS = (1, 2, 3)
MOVED = (np.float32, np.int8, np.int16, np.int32, np.int64)
UNARY = ("RELU", "LOGISTIC", "TANH", "EXP", "NEG", "SQRT", "HARD_SWISH", "GELU", "ABS", "SOFTMAX")
BINARY = ("ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "POW", "SQUARED_DIFFERENCE", "LESS")
_NOTHING = 0.02
"""The share of sizes that are 0."""

Rng = np.random.Generator
Made = tuple[Model, list[Array]]


@dataclass(frozen=True)
class Window:
    """Of a convolution or a pooling: (height, width) of each."""

    size: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: int

    @property
    def options(self) -> dict[str, int]:
        return {
            "padding": self.padding,
            **dict(zip(("stride_h", "stride_w"), self.stride, strict=True)),
            **dict(zip(("dilation_h_factor", "dilation_w_factor"), self.dilation, strict=True)),
        }

    def over(self, image: tuple[int, ...], channels: int) -> tuple[int, ...]:
        axes = zip(image[1:3], self.size, self.stride, self.dilation, strict=True)
        made = [max(0, positions(*axis, self.padding == SAME)) for axis in axes]
        return (image[0], *made, channels)


def one(rng: Rng, *choices: Any) -> Any:
    return choices[int(rng.integers(len(choices)))]


def two(rng: Rng, *choices: int) -> tuple[int, int]:
    return one(rng, *choices), one(rng, *choices)


def length(rng: Rng, most: int) -> int:
    """1 to ``most``; now and then nothing."""
    return 0 if rng.random() < _NOTHING else int(rng.integers(1, most + 1))


def shape(rng: Rng, rank: int, most: int = 70) -> tuple[int, ...]:
    """One axis up to ``most``, the others shorter."""
    long = int(rng.integers(max(rank, 1)))
    return tuple(length(rng, most if axis == long else 7) for axis in range(rank))


def image(rng: Rng, channels: int) -> tuple[int, int, int, int]:
    return int(rng.integers(1, 4)), length(rng, 15), length(rng, 15), channels


def window(rng: Rng) -> Window:
    return Window(
        two(rng, 1, 1, 2, 3, 3, 5, 7), two(rng, 1, 1, 2, 3), two(rng, 1, 1, 1, 2), one(rng, 0, 1)
    )


def numbers(rng: Rng, size: tuple[int, ...], dtype: Any) -> Array:
    if np.dtype(dtype).kind == "f":
        return activations(rng, *size) if size else np.asarray(rng.normal(), dtype)
    return rng.integers(-100, 100, size).astype(dtype)


def convolution(rng: Rng) -> Made:
    groups, channels = one(rng, 1, 1, 1, 2, 3), int(rng.integers(1, 71))
    depth = int(rng.integers(1, 71)) // groups or 1
    columns = -(-channels // groups) * groups
    given, over = image(rng, depth * groups), window(rng)
    filters = (columns, *over.size, depth)
    return _windowed(rng, "CONV_2D", given, filters, over, 0)


def depthwise(rng: Rng) -> Made:
    multiplier, channels = one(rng, 1, 1, 1, 2, 3), int(rng.integers(1, 71))
    given, over = image(rng, channels), window(rng)
    filters = (1, *over.size, channels * multiplier)
    return _windowed(rng, "DEPTHWISE_CONV_2D", given, filters, over, 3)


def _windowed(
    rng: Rng, operator: str, given: tuple[int, ...], filters: Any, over: Window, axis: int
) -> Made:
    options = {**over.options, "fused_activation_function": one(rng, 0, 1, 2, 3)}
    kind = one(rng, *KINDS, INTEGER)
    if kind == INTEGER and min(over.over(given, 1)) > 0:
        built = full_integer.build(
            full_integer.Case(
                operator, given, filters, options=options, seed=int(rng.integers(1000))
            )
        )
        return built.model, built.feeds
    kind = FLOAT if kind == INTEGER else kind
    if axis:
        options["depth_multiplier"] = filters[axis] // given[3]
    weights, _ = weight(rng, "w", filters, kind, axis)
    operands = [weights, *([bias(rng, "b", filters[axis])] if rng.random() < 0.8 else [])]
    pads = rng.random() < 0.4
    paddings = rng.integers(0, 4, (4, 2)) * [[0], [1], [1], [0]] * pads
    padded = tuple((np.array(given) + paddings.sum(axis=1)).tolist())
    x, between = tensor("x", given), tensor("p", padded)
    y = tensor("y", over.over(padded, filters[axis]))
    start = between if pads else x
    last = Operation(operator, [start, *operands], [y], options, version=6)
    border = constant("paddings", paddings.astype(np.int32))
    steps = [Operation("PAD", [x, border], [between], {}), last] if pads else [last]
    return graph(steps, [x], [y]), [activations(rng, *given)]


def fully_connected(rng: Rng) -> Made:
    depth, columns = (int(size) for size in rng.integers(1, 71, 2))
    given = (*shape(rng, one(rng, 1, 1, 2), 40), depth)
    kind, keeps = one(rng, *KINDS, INTEGER), bool(rng.integers(2))
    options = {"keep_num_dims": keeps, "fused_activation_function": one(rng, 0, 1, 3)}
    if kind == INTEGER:
        case = full_integer.Case("FULLY_CONNECTED", given, (columns, depth), options=options)
        built = full_integer.build(case)
        return built.model, built.feeds
    limit = one(rng, 127, 127, 7)
    weights, _ = weight(rng, "w", (columns, depth), kind, limit=limit)
    rows = int(np.prod(given[:-1]))
    made = tensor("y", (*given[:-1], columns) if keeps else (rows, columns))
    operands = [tensor("x", given), weights, one(rng, bias(rng, "b", columns), None)]
    model = single_operator("FULLY_CONNECTED", operands, [made], options, version=6)
    return model, [activations(rng, *given)]


def batch_matmul(rng: Rng) -> Made:
    m, k, n = (length(rng, 70) for _ in range(3))
    left, right = (tuple(length(rng, 3) for _ in range(one(rng, 0, 1, 2))) for _ in range(2))
    if one(rng, True, False):
        right = left
    adjoint = {"adj_x": one(rng, True, False), "adj_y": one(rng, True, False)}
    x = activations(rng, *left, *((k, m) if adjoint["adj_x"] else (m, k)))
    y = activations(rng, *right, *((n, k) if adjoint["adj_y"] else (k, n)))
    try:
        batch = np.broadcast_shapes(left, right)
    except ValueError:
        batch = left
    right_is = one(rng, y, Fixed(y)) if y.size else y
    made = np.zeros((*batch, m, n), np.float32)
    model = operator_model("BATCH_MATMUL", [x, right_is], [made], adjoint)
    return model, [x, y] if right_is is y else [x]


def pooling(rng: Rng) -> Made:
    given, over = image(rng, int(rng.integers(1, 71))), window(rng)
    size = dict(zip(("filter_height", "filter_width"), over.size, strict=True))
    over = Window(over.size, over.stride, (1, 1), over.padding)
    options = {**over.options, **size, "fused_activation_function": one(rng, 0, 1, 3)}
    options = {name: value for name, value in options.items() if not name.startswith("dilation")}
    scheme = one(rng, None, quantization(0.05, -9))
    name, dtype = ("FLOAT32", np.float32) if scheme is None else ("INT8", np.int8)
    x, y = tensor("x", given, name, quantization=scheme), over.over(given, given[3])
    made = tensor("y", y, name, quantization=scheme)
    operator = one(rng, "AVERAGE_POOL_2D", "MAX_POOL_2D")
    return single_operator(operator, [x], [made], options), [numbers(rng, given, dtype)]


def reduction(rng: Rng) -> Made:
    rank = int(rng.integers(1, 5))
    x = numbers(rng, shape(rng, rank), np.float32)
    count = int(rng.integers(1, rank + 1))
    axes = tuple(map(int, rng.choice(rank, count, replace=False)))
    keeps = one(rng, True, False)
    operator = one(rng, "MEAN", "SUM", "REDUCE_MAX")
    made = np.zeros(np.zeros(x.shape).sum(axis=axes, keepdims=keeps).shape, np.float32)
    operands = [x, Fixed(np.int32(axes))]
    return operator_model(operator, operands, [made], {"keep_dims": keeps}), [x]


def arithmetic(rng: Rng) -> Made:
    size = shape(rng, int(rng.integers(1, 5)))
    x, y = (
        numbers(rng, tuple(one(rng, n, n, n, 1) for n in size)[one(rng, 0, 0, 1) :], np.float32)
        for _ in range(2)
    )
    operator = one(rng, *BINARY)
    dtype = np.bool_ if operator == "LESS" else np.float32
    made = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype)
    return operator_model(operator, [x, y], [made], {}), [x, y]


def elementwise(rng: Rng) -> Made:
    x = numbers(rng, shape(rng, int(rng.integers(1, 4))), np.float32)
    return operator_model(one(rng, *UNARY), [x], [x], {}), [x]


def transposing(rng: Rng) -> Made:
    x = numbers(rng, shape(rng, int(rng.integers(1, 6))), one(rng, *MOVED))
    order = rng.permutation(x.ndim)
    return operator_model("TRANSPOSE", [x, Fixed(order.astype(np.int32))], [x.transpose(order)]), [
        x
    ]


def slicing(rng: Rng) -> Made:
    x = numbers(rng, shape(rng, int(rng.integers(1, 5))), one(rng, *MOVED))
    begin, end = rng.integers(-3, 12, (2, x.ndim))
    steps = rng.choice([-2, -1, 1, 1, 2, 3], x.ndim)
    parts = zip(begin.tolist(), end.tolist(), steps.tolist(), strict=True)
    made = x[tuple(slice(*part) for part in parts)]
    operands = [x, *(Fixed(values.astype(np.int32)) for values in (begin, end, steps))]
    return operator_model("STRIDED_SLICE", operands, [made], {}), [x]


def joining(rng: Rng) -> Made:
    size, dtype = list(shape(rng, int(rng.integers(1, 5)))), one(rng, *MOVED)
    axis, feeds = int(rng.integers(len(size))), []
    for _ in range(int(rng.integers(1, 5))):
        size[axis] = length(rng, 20)
        feeds.append(numbers(rng, tuple(size), dtype))
    made = np.concatenate(feeds, axis)
    return operator_model("CONCATENATION", feeds, [made], {"axis": axis}), feeds


def repeating(rng: Rng) -> Made:
    x = numbers(rng, shape(rng, int(rng.integers(1, 4))), one(rng, *MOVED))
    times = rng.integers(1, 4, x.ndim)
    model = operator_model("TILE", [x, Fixed(times.astype(np.int32))], [np.tile(x, times)])
    return model, [x]


def padding(rng: Rng) -> Made:
    x = numbers(rng, shape(rng, int(rng.integers(1, 5))), one(rng, *MOVED))
    borders = rng.integers(0, 4, (x.ndim, 2))
    operands = [x, Fixed(borders.astype(np.int32))]
    return operator_model("PAD", operands, [np.pad(x, borders)]), [x]


def gathering(rng: Rng) -> Made:
    x = numbers(rng, shape(rng, int(rng.integers(1, 4))), one(rng, *MOVED))
    axis = int(rng.integers(x.ndim))
    indices = rng.integers(0, max(1, x.shape[axis]), shape(rng, one(rng, 0, 1, 2), 20))
    if rng.random() < 0.2:
        indices = indices + one(rng, -1, x.shape[axis], 2**31 - 1, -(2**31))
    indices = np.asarray(indices, np.int32)
    made = np.zeros((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype)
    return operator_model("GATHER", [x, indices], [made], {"axis": axis}), [x, indices]


def resizing(rng: Rng) -> Made:
    x = numbers(rng, image(rng, int(rng.integers(1, 71))), np.float32)
    size = rng.integers(1, 30, 2).astype(np.int32)
    options = {"align_corners": one(rng, True, False)}
    if not options["align_corners"]:
        options["half_pixel_centers"] = one(rng, True, False)
    made = np.zeros((len(x), *size, x.shape[3]), np.float32)
    operator = one(rng, "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR")
    return operator_model(operator, [x, Fixed(size)], [made], options), [x]


def quantized(rng: Rng) -> Made:
    """Bytes, of one tensor or of two that broadcast."""
    size = shape(rng, int(rng.integers(1, 5)))
    operator = one(rng, "ADD", "SUB", "MUL", "LOGISTIC", "TANH", "HARD_SWISH", "RELU", "SOFTMAX")
    name = one(rng, "INT8", "UINT8")
    out = {"LOGISTIC": (1 / 256, 0), "SOFTMAX": (1 / 256, 0), "TANH": (1 / 128, 128)}
    scale, zero = out.get(operator, (0.1, 120))
    zero -= 0 if name == "UINT8" else 128
    count = 2 if operator in ("ADD", "SUB", "MUL") else 1
    given = [affine.value(f"in{i}", size) for i, affine in enumerate(affines(1, name, count))]
    if count == 2 and rng.random() < 0.5:
        thin = tuple(one(rng, n, 1) for n in size)[one(rng, 0, 1) :]
        given[1] = Affine(name, 0.07, 3).value("in1", thin)
    made = Affine(name, scale, zero).value("out", size)
    options = {"beta": 1.0} if operator == "SOFTMAX" else {}
    model = single_operator(operator, given, [made], options, version=2)
    dtype = np.int8 if name == "INT8" else np.uint8
    return model, [numbers(rng, x.tensor.shape, np.int64).astype(dtype) for x in given]


def scaled(rng: Rng) -> Made:
    """x * y, then + z or - z; or x * LOGISTIC(x)."""
    size = shape(rng, int(rng.integers(1, 5)))
    x, between, end = tensor("x", size), tensor("between", size), tensor("end", size)
    if rng.random() < 0.3:
        steps = [
            Operation("LOGISTIC", [x], [between]),
            Operation("MUL", [between, x], [end], {}),
        ]
        return graph(steps, [x], [end]), [numbers(rng, size, np.float32)]
    shapes = [tuple(one(rng, n, n, 1) for n in size)[one(rng, 0, 1) :] for _ in range(2)]
    y, z = (tensor(name, thin) for name, thin in zip("yz", shapes, strict=True))
    operands = [between, z] if rng.random() < 0.7 else [z, between]
    last = Operation(one(rng, "ADD", "SUB"), operands, [end], {})
    model = graph([Operation("MUL", [x, y], [between], {}), last], [x, y, z], [end])
    return model, [numbers(rng, value.tensor.shape, np.float32) for value in (x, y, z)]


def residual(rng: Rng) -> Made:
    """CONV_2D of 1 x 1 or FULLY_CONNECTED, then ADD of a tensor or of its input."""
    depth, columns = (int(size) for size in rng.integers(1, 71, 2))
    kind, convolves = one(rng, *KINDS), one(rng, True, False)
    outer = image(rng, 1)[:3] if convolves else shape(rng, 1, 40)
    x, z = tensor("x", (*outer, depth)), tensor("z", (*outer, columns))
    between, end = tensor("between", (*outer, columns)), tensor("end", (*outer, columns))
    size = (columns, 1, 1, depth) if convolves else (columns, depth)
    weights, _ = weight(rng, "w", size, kind)
    operator = "CONV_2D" if convolves else "FULLY_CONNECTED"
    options = {"stride_h": 1, "stride_w": 1} if convolves else {}
    first = Operation(operator, [x, weights, bias(rng, "b", columns)], [between], options, 5)
    operands = [between, z] if rng.random() < 0.5 else [z, between]
    last = Operation("ADD", operands, [end], {"fused_activation_function": one(rng, 0, 1, 3)})
    feeds = [activations(rng, *outer, n) for n in (depth, columns)]
    return graph([first, last], [x, z], [end]), feeds


FAMILIES: tuple[Callable[[Rng], Made], ...] = (
    *(convolution, depthwise, fully_connected, batch_matmul, pooling, reduction, arithmetic),
    *(elementwise, transposing, slicing, joining, repeating, padding, gathering, resizing),
    *(quantized, scaled, residual),
)


def case(number: int) -> Made:
    """The model of a case, and what it is fed."""
    return FAMILIES[number % len(FAMILIES)](np.random.default_rng(number))


def check(number: int) -> str:
    """Runs a case; "ran" or "refused". AssertionError if flat programs differ from kernels."""
    model, feeds = case(number)
    plain = _outputs(model, feeds, None)
    for threads in THREADS:
        flat = _outputs(model, feeds, threads)
        assert (plain is None) == (flat is None), f"refused by one only, {threads} threads"
        for made, wanted in zip(flat or [], plain or [], strict=True):
            assert (made.dtype, made.shape) == (wanted.dtype, wanted.shape)
            np.testing.assert_array_equal(bits(made), bits(wanted), f"{threads} threads")
    return "refused" if plain is None else "ran"


def _outputs(model: Model, feeds: list[Array], threads: int | None) -> list[Array] | None:
    try:
        interpreter = Interpreter(model, num_threads=threads or 1)
        fed = dict(zip(interpreter.signature().inputs, feeds, strict=True))
        if threads:
            return [*interpreter.invoke(**fed).values()]
        values = interpreter.invoke_all(**fed)
    except TfliteQuantError:
        return None
    return [values[0, index] for index in model.subgraphs[0].outputs]


def main(count: int, first: int = 0) -> int:
    """Runs cases; returns how many departed."""
    counts: dict[str, int] = {}
    for number in range(first, first + count):
        print(number, file=sys.stderr)
        try:
            ended = check(number)
        except Exception as error:
            ended = "departed"
            print(f"case {number}, {FAMILIES[number % len(FAMILIES)].__name__}: {error!r}"[:600])
        counts[ended] = counts.get(ended, 0) + 1
    print(counts)
    return counts.get("departed", 0)


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
