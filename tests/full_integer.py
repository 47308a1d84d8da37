"""Full-integer operators as cases, and what a slow definition says that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kernels.model import Model
from kernels.node import REFERENCE
from tests import naive, naive_requantization
from tests.build_model import Value, constant, quantization, single_operator, tensor

DTYPES = {"INT8": np.int8, "UINT8": np.uint8, "INT16": np.int16, "INT4": np.int8, "INT2": np.int8}
LIMITS = {
    "INT8": (-128, 127),
    "UINT8": (0, 255),
    "INT16": (-(2**15), 2**15 - 1),
    "INT4": (-7, 7),
    "INT2": (-1, 1),
}
BIAS_DTYPES = {"INT32": np.int32, "INT64": np.int64}

VERSIONS = {
    "CONV_2D": 6,
    "DEPTHWISE_CONV_2D": 3,
    "FULLY_CONNECTED": 12,
    "TRANSPOSE_CONV": 3,
    "BATCH_MATMUL": 4,
}
CONSTANT, FED, ABSENT = "constant", "fed", "absent"

INT32_BIAS = {"quantized_bias_type": 2}
"""What an INT16 operator declares whose bias is INT32: TensorType.INT32."""


@dataclass(frozen=True)
class Case:
    """x: shape of the activations; weight: shape of the weights. ``fill``: which part of the
    output's range the results take, so that small ones saturate and large ones vanish.
    """

    operator: str
    x: tuple[int, ...]
    weight: tuple[int, ...]
    type: str = "INT8"
    weight_type: str = "INT8"
    bias_type: str = "INT32"
    per_channel: bool = True
    weight_zero_point: int = 0
    weight_is: str = CONSTANT
    bias_is: str = CONSTANT
    options: Mapping[str, Any] = field(default_factory=dict)
    shape: tuple[int, ...] | None = None
    fill: float = 2.0
    seed: int = 0


@dataclass(frozen=True)
class Built:
    """A model, what to feed it, its exact accumulators, and the scales it has."""

    model: Model
    feeds: list[np.ndarray]
    accumulators: np.ndarray
    x_scale: np.float32
    weight_scale: np.ndarray
    out_scale: np.float32
    out_zero_point: int


def build(case: Case) -> Built:
    rng = np.random.default_rng(case.seed)
    low, high = LIMITS[case.type]
    x_zero, out_zero = (0, 0) if case.type == "INT16" else map(int, rng.integers(low, high + 1, 2))
    weight_low, weight_high = LIMITS[case.weight_type]
    x = rng.integers(low, high + 1, case.x)
    weight = rng.integers(max(weight_low, -(2**15) + 1), weight_high + 1, case.weight)
    sums = accumulate(case, x - x_zero, weight - case.weight_zero_point)
    channels = sums.shape[-1]
    spread = max(100.0, np.abs(sums).max(initial=0) / 3)
    bias = rng.integers(-1000, 1001, channels) * (0 if case.bias_is == ABSENT else 1)
    axis = 3 if case.operator == "DEPTHWISE_CONV_2D" and case.per_channel else 0
    x_scale = np.float32(rng.uniform(0.001, 0.1))
    weight_scale = rng.uniform(0.001, 0.1, channels if case.per_channel else 1).astype(np.float32)
    fitting = spread * float(x_scale) * float(weight_scale.mean()) / (high - low)
    out_scale = np.float32(fitting * 2 * case.fill)

    def operand(name: str, values: np.ndarray, type_name: str, how: str, scale: Any) -> Value:
        if how == FED:
            feeds.append(values)
            return tensor(name, values.shape, type_name, quantization=scale)
        return constant(name, values, type_name, quantization=scale)

    feeds: list[np.ndarray] = []
    x_value = operand(
        "x", x.astype(DTYPES[case.type]), case.type, FED, quantization(x_scale, x_zero)
    )
    weights = operand(
        "w",
        weight.astype(DTYPES[case.weight_type]),
        case.weight_type,
        case.weight_is,
        quantization(weight_scale, case.weight_zero_point, axis),
    )
    inputs = [x_value, weights]
    if case.operator == "TRANSPOSE_CONV":
        inputs = [constant("shape", np.array(sums.shape, np.int32)), weights, x_value]
    if case.bias_is != ABSENT:
        values = bias.astype(BIAS_DTYPES[case.bias_type])
        scale = quantization(x_scale * weight_scale)
        inputs.append(operand("b", values, case.bias_type, case.bias_is, scale))
    out = quantization(out_scale, out_zero)
    model = single_operator(
        case.operator,
        inputs,
        [tensor("y", sums.shape, case.type, quantization=out)],
        _options(case),
        version=VERSIONS[case.operator],
    )
    return Built(model, feeds, sums + bias, x_scale, weight_scale, out_scale, out_zero)


def _options(case: Case) -> dict[str, Any]:
    if case.operator in ("FULLY_CONNECTED", "BATCH_MATMUL"):
        return dict(case.options)
    depthwise = case.operator == "DEPTHWISE_CONV_2D"
    multiplier = {"depth_multiplier": case.weight[3] // case.x[3]} if depthwise else {}
    return {"stride_h": 1, "stride_w": 1, **multiplier, **case.options}


def accumulate(case: Case, x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The sums of products, int64."""
    stride = (case.options.get("stride_h", 1), case.options.get("stride_w", 1))
    dilation = tuple(case.options.get(f"dilation_{axis}_factor", 1) for axis in "hw")
    same = case.options.get("padding", 0) == 0
    if case.operator == "FULLY_CONNECTED":
        rows = x.reshape(-1, weight.shape[1])
        made = rows @ weight.T
        keeps = case.options.get("keep_num_dims", False)
        return made.reshape(*x.shape[:-1], -1) if keeps else made
    if case.operator == "BATCH_MATMUL":
        left = x.swapaxes(-1, -2) if case.options.get("adj_x") else x
        return left @ (weight.swapaxes(-1, -2) if case.options.get("adj_y") else weight)
    x, weight = x.astype(np.float64), weight.astype(np.float64)
    if case.operator == "CONV_2D":
        groups = x.shape[3] // weight.shape[3]
        made = naive.convolution(x, weight, stride, dilation, same, groups)
    elif case.operator == "DEPTHWISE_CONV_2D":
        made = naive.depthwise_convolution(x, weight, stride, dilation, same)
    else:
        made = naive.transpose_convolution(x, weight, stride, same, case.shape)
    return made.astype(np.int64)


@dataclass(frozen=True)
class Ratio:
    """x scale * weight scale / output scale, of one channel: in float64, in float32, and as
    TFLite makes fixed point of it: in float64, but ``coarse``, the product in float32."""

    exact: float
    single: np.float32
    fixed: tuple[int, int]

    @classmethod
    def of(cls, x: np.float32, weight: np.float32, out: np.float32, coarse: bool) -> Ratio:
        exact = float(x) * float(weight) / float(out)
        fixed = float(x * weight) / float(out) if coarse else exact
        return cls(exact, x * weight / out, naive_requantization.quantize_multiplier(fixed))


Multiply = Callable[[int, Ratio], int]


def _fixed(multiply: Callable[[int, int, int], int]) -> Multiply:
    return lambda x, ratio: multiply(x, *ratio.fixed)


AWAY = _fixed(naive_requantization.multiply)
UP = _fixed(naive_requantization.multiply_up)
WIDE = _fixed(naive_requantization.multiply_wide)


def real(x: int, ratio: Ratio) -> int:
    return naive_requantization.multiply_real(x, ratio.exact)


def fp32(x: int, ratio: Ratio) -> int:
    return naive_requantization.multiply_fp32(x, ratio.single)


def requantized(case: Case, built: Built, numerics: str) -> np.ndarray:
    """What the accumulators become, number by number."""
    channels = built.accumulators.shape[-1]
    older = not case.per_channel and case.operator in ("FULLY_CONNECTED", "BATCH_MATMUL")
    coarse = case.type == "UINT8" or older
    ratios = [
        Ratio.of(built.x_scale, scale, built.out_scale, coarse)
        for scale in np.broadcast_to(built.weight_scale, channels)
    ]
    ends = ends_of(case, numerics, channels)
    low, high = clamps(case, built, numerics)
    sums = built.accumulators.ravel().tolist()
    by_number = [ends[i % channels] for i in range(len(sums))]
    if _is_flat(case, numerics):
        left_over = len(sums) % 16
        by_number = [UP] * (len(sums) - left_over) + [AWAY] * left_over
    steps = [
        end(x, ratios[i % channels]) for i, (end, x) in enumerate(zip(by_number, sums, strict=True))
    ]
    codes = np.clip(np.array(steps) + built.out_zero_point, low, high)
    return codes.astype(DTYPES[case.type]).reshape(built.accumulators.shape)


def clamps(case: Case, built: Built, numerics: str) -> tuple[int, int]:
    """The type's limits, or the nearest integers to the fused activation's."""
    low, high = LIMITS[case.type]
    below, above = [(None, None), (0, None), (-1, 1), (0, 6)][
        case.options.get("fused_activation_function", 0)
    ]

    def nearest(real: float) -> int:
        steps = np.float32(real) / built.out_scale
        if numerics != REFERENCE and is_delegated(case):
            return round(float(steps + np.float32(built.out_zero_point)))
        return built.out_zero_point + naive.round_half_away(float(steps))

    return (
        low if below is None else max(low, nearest(below)),
        high if above is None else min(high, nearest(above)),
    )


def ends_of(case: Case, numerics: str, channels: int) -> list[Multiply]:
    """How the kernel of a runtime ends, by channel: measured, LiteRT 2.3.0 on x86."""
    is_fully = case.operator == "FULLY_CONNECTED"
    biasless_wide = case.bias_is == ABSENT and not is_fully
    if case.type == "INT16" and (case.bias_type == "INT64" or biasless_wide):
        return [real if is_fully else WIDE] * channels
    if numerics == REFERENCE:
        return [real if is_fully else AWAY] * channels
    return [fp32] * channels if is_delegated(case) else _optimized_ends(case, channels)


def is_delegated(case: Case) -> bool:
    """Whether XNNPACK takes the case."""
    if case.operator == "BATCH_MATMUL":
        return case.type == "INT8" and case.weight_zero_point == 0
    odd = case.operator == "FULLY_CONNECTED" and case.weight[-1] % 2 == 1
    fed = FED in (case.weight_is, case.bias_is)
    packed = case.weight_type == "INT4" and (case.operator != "FULLY_CONNECTED" or odd)
    shifted = case.weight_type == "INT8" and case.weight_zero_point != 0
    strides = (case.options.get("stride_h", 1), case.options.get("stride_w", 1))
    leaves_gaps = case.operator == "TRANSPOSE_CONV" and case.weight[1:3] < strides
    return not (case.type == "INT16" or fed or packed or shifted or leaves_gaps)


def _optimized_ends(case: Case, channels: int) -> list[Multiply]:
    grouped = case.operator == "CONV_2D" and case.x[3] != case.weight[3]
    depthwise = case.operator == "DEPTHWISE_CONV_2D"
    if grouped or case.operator == "BATCH_MATMUL" or (depthwise and case.type == "UINT8"):
        return [AWAY] * channels
    if depthwise or (case.operator == "TRANSPOSE_CONV" and case.type != "UINT8"):
        whole = channels // 8 * 8
        return [UP] * whole + [AWAY] * (channels - whole)
    return [UP] * channels


def _is_flat(case: Case, numerics: str) -> bool:
    """Whether vectors of 16 go through the whole output; what is left over is rounded AWAY."""
    optimized = numerics != REFERENCE and not is_delegated(case)
    return optimized and (case.operator, case.type) == ("TRANSPOSE_CONV", "UINT8")
