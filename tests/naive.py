"""Slow definitions, one number at a time, of what the weight-bearing kernels compute.

Sums are float64: kernels are compared with them to a tolerance, and with LiteRT to the bit.
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np

f32, f64 = np.float32, np.float64


def round_half_away(x: float) -> int:
    return int(math.copysign(math.floor(abs(x) + 0.5), x))


def symmetric(row: list[np.float32]) -> tuple[list[int], np.float32, int]:
    """Codes, scale, zero point: numerics.md section 2.1."""
    largest = max((abs(x) for x in row), default=f32(0))
    if largest == 0:
        return [0] * len(row), f32(1), 0
    inverse = f32(127) / largest
    codes = [min(127, max(-127, round_half_away(float(x * inverse)))) for x in row]
    return codes, largest / f32(127), 0


def asymmetric(row: list[np.float32]) -> tuple[list[int], np.float32, int]:
    """Section 2.2, the variant of ARM and of x86 with SSE4.1."""
    low, high = min([f32(0), *row]), max([f32(0), *row])
    if low == high:
        return [0] * len(row), f32(1), 0
    step = f64(high - low) / f64(255)
    from_low, from_high = -128 - f64(low) / step, 127 - f64(high) / step
    nearer_low = 128 + abs(f64(low) / step) < 127 + abs(f64(high) / step)
    exact = from_low if nearer_low else from_high
    zero_point = round_half_away(min(127.0, max(-128.0, float(exact))))
    inverse = f32(f64(1) / f64(f32(step)))
    codes = [round_half_away(float(x * inverse)) + zero_point for x in row]
    return [min(127, max(-128, code)) for code in codes], f32(step), zero_point


def xnnpack(row: list[np.float32]) -> tuple[list[int], np.float32, int]:
    """Section 2.4."""
    low, high = min([f32(0), *row]), max([f32(0), *row])
    if low == high:
        return [127] * len(row), f32(1), 127
    inverse = f32(255) / (high - low)
    bottom, top = low * inverse, high * inverse
    exact = f32(-128) - bottom if (f32(-128) + bottom) + (f32(127) + top) > 0 else f32(127) - top
    zero_point = round(float(min(max(exact, f32(-128)), f32(127))))
    codes = [round(float(x * inverse)) + zero_point for x in row]
    return [min(127, max(-128, code)) for code in codes], f32(1) / inverse, zero_point


def dequantized(rows: np.ndarray, quantizer) -> np.ndarray:
    """rows (..., n) as a hybrid kernel sees them: quantized and dequantized, float64."""
    flat = rows.reshape(-1, rows.shape[-1])
    seen = np.empty(flat.shape, f64)
    for i, row in enumerate(flat):
        codes, scale, zero_point = quantizer(list(row))
        seen[i] = (np.array(codes, f64) - zero_point) * f64(scale)
    return seen.reshape(rows.shape)


def bfloat16(x: float) -> np.float32:
    """The nearest number of 8 bits, ties to even."""
    mantissa, exponent = math.frexp(float(x))
    return f32(math.ldexp(round(mantissa * 256), exponent - 8))


def blockwise_xnnpack(row, weights, scales) -> list[np.float32]:
    """XNNPACK's qd8-f32-qb4w-gemm with unsigned activations, bit for bit, without a bias.

    row: (k,) float32; weights: (n, k) integers; scales: (n, blocks) float16 or float32.
    """
    codes, row_scale, zero_point = xnnpack(list(row))
    size = len(row) // scales.shape[1]
    made = []
    for column, column_scales in zip(weights.tolist(), scales, strict=True):
        factors = [bfloat16(scale) for scale in column_scales]
        shift = f32(0)
        for start in range(0, len(row), 16):
            shift -= f32(sum(column[start : start + 16])) * factors[start // size]
        total = shift * f32(zero_point + 128)
        for block, factor in enumerate(factors):
            inside = range(block * size, (block + 1) * size)
            exact = sum((codes[p] + 128) * column[p] for p in inside)
            total = f32(f64(exact) * f64(factor) + f64(total))
        made.append(total * row_scale)
    return made


def blockwise_tflite(row, weights, scales) -> list[np.float32]:
    """TFLite's EvalBlockwise4Bit, bit for bit, without a bias. Arguments as above."""
    codes, row_scale, zero_point = asymmetric(list(row))
    size = len(row) // scales.shape[1]
    made = []
    for column, column_scales in zip(weights.tolist(), scales.astype(f32), strict=True):
        total = weights_alone = f32(0)
        for block, scale in enumerate(column_scales):
            inside = range(block * size, (block + 1) * size)
            total += f32(sum(codes[p] * column[p] for p in inside)) * scale
            weights_alone += f32(sum(column[p] for p in inside)) * scale
        total -= f32(zero_point) * weights_alone
        made.append(total * row_scale)
    return made


def padding_before(length: int, size: int, stride: int, dilation: int, same: bool) -> int:
    reach = (size - 1) * dilation + 1
    return max(0, (-(-length // stride) - 1) * stride + reach - length) // 2 if same else 0


def positions(length: int, size: int, stride: int, dilation: int, same: bool) -> int:
    reach = (size - 1) * dilation + 1
    return -(-length // stride) if same else (length - reach) // stride + 1


def convolution(x, filters, stride, dilation, same, groups=1) -> np.ndarray:
    """x (N, H, W, C), filters (O, KH, KW, C / groups): (N, OH, OW, O) float64."""
    n, height, width, channels = x.shape
    outputs, *size, _ = filters.shape
    axes = list(zip((height, width), size, stride, dilation, strict=True))
    before = [padding_before(*axis, same) for axis in axes]
    shape = [positions(*axis, same) for axis in axes]
    made = np.zeros((n, *shape, outputs))
    group_in, group_out = channels // groups, outputs // groups
    for b, y, z, o, i, j in product(*map(range, (n, *shape, outputs, *size))):
        row = y * stride[0] + i * dilation[0] - before[0]
        column = z * stride[1] + j * dilation[1] - before[1]
        if 0 <= row < height and 0 <= column < width:
            first = o // group_out * group_in
            pixel = x[b, row, column, first : first + group_in].astype(f64)
            made[b, y, z, o] += pixel @ filters[o, i, j].astype(f64)
    return made


def depthwise_convolution(x, filters, stride, dilation, same) -> np.ndarray:
    """x (N, H, W, C), filters (1, KH, KW, C * multiplier): a convolution of C groups."""
    return convolution(x, filters.transpose(3, 1, 2, 0), stride, dilation, same, x.shape[3])


def transpose_convolution(x, filters, stride, same, shape) -> np.ndarray:
    """x (N, H, W, C), filters (O, KH, KW, C): ``shape``, float64."""
    _, height, width, _ = x.shape
    _, *size, _ = filters.shape
    before = [padding_before(shape[1 + a], size[a], stride[a], 1, same) for a in (0, 1)]
    made = np.zeros(shape)
    for y, z, i, j in product(*map(range, (height, width, *size))):
        row, column = y * stride[0] + i - before[0], z * stride[1] + j - before[1]
        if 0 <= row < shape[1] and 0 <= column < shape[2]:
            made[:, row, column] += x[:, y, z].astype(f64) @ filters[:, i, j].T.astype(f64)
    return made
