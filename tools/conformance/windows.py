"""Cases of operators that slide a window over an image: convolutions and pooling."""

from __future__ import annotations

from types import SimpleNamespace as Point
from typing import Any

import numpy as np

from tools.conformance.case import Family, Sketch
from tools.conformance.draw import HYBRID, QUANTIZED, Draw
from tools.conformance.model_builder import Value, constant, quantization

_INTEGERS = ("int8", "uint8", "int16")
_TYPES = ("float32", "hybrid-int8", "hybrid-int4", *_INTEGERS)
_ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")
_IMAGES = ((1, 1, 1, 1), (1, 5, 6, 3), (2, 7, 7, 4), (3, 4, 9, 8), (1, 9, 8, 17))
_WINDOWS = ((1, 1), (3, 3), (2, 3), (5, 1), (1, 4))
_STRIDES = ((1, 1), (2, 2), (1, 3))
_PADDINGS = ("SAME", "VALID")
_WEIGHT_REACH = 1 / 127
_FULL_WEIGHT_REACH = 1 / 64


def fits(image: tuple[int, ...], window: tuple[int, int], point: Point) -> bool:
    """Whether a VALID window has a place in the image at all."""
    reaches = [(k - 1) * d + 1 for k, d in zip(window, point.dilation, strict=True)]
    return point.padding == "SAME" or all(r <= n for r, n in zip(reaches, image[1:3], strict=True))


def weights_and_bias(
    draw: Draw, point: Point, shape: tuple[int, ...], axis: int, x: Value
) -> list[Value | None]:
    """The filter, float or integer with a scale per channel (uint8: one), and the bias."""
    channels = shape[axis]
    has_bias = point.bias
    if point.type not in HYBRID and point.type not in QUANTIZED:
        bias = draw.constant("float32", (channels,)) if has_bias else None
        return [draw.constant("float32", shape), bias]
    if point.type in HYBRID:
        scales = draw.scales(channels, _WEIGHT_REACH)
        bias = draw.constant("float32", (channels,)) if has_bias else None
        return [draw.weight(HYBRID[point.type], shape, scales, axis), bias]
    return _integer_weights(draw, point, shape, axis, x)


def _integer_weights(
    draw: Draw, point: Point, shape: tuple[int, ...], axis: int, x: Value
) -> list[Value | None]:
    per_tensor = point.type == "uint8"
    scales = draw.scales(1 if per_tensor else shape[axis], _FULL_WEIGHT_REACH)
    if per_tensor:
        weight = draw.constant("uint8", shape, of=quantization(scales, 120))
    else:
        weight = draw.weight("INT8", shape, scales, axis)
    if not point.bias:
        return [weight, None]
    assert x.tensor.quantization is not None
    dtype = np.int64 if point.type == "int16" else np.int32
    values = draw.rng.integers(-500, 500, shape[axis]).astype(dtype)
    of = quantization(x.tensor.quantization.scale[0] * scales, 0)
    return [weight, constant("bias", values, quantization=of)]


def output(draw: Draw, type_: str) -> Value:
    """An output whose scale leaves most sums unsaturated."""
    if type_ not in QUANTIZED:
        return draw.value(type_)
    of = draw.quantization(type_)
    reach = 20 / 32768 if type_ == "int16" else 20 / 128
    return draw.value(type_, of=quantization(np.float32(reach), of.zero_point))


def _options(point: Point, **more: Any) -> dict[str, Any]:
    stride_h, stride_w = point.stride
    dilation_h, dilation_w = point.dilation
    return {
        "padding": point.padding,
        "stride_h": stride_h,
        "stride_w": stride_w,
        "dilation_h_factor": dilation_h,
        "dilation_w_factor": dilation_w,
        "fused_activation_function": point.activation,
        **more,
    }


def _convolution(draw: Draw, point: Point) -> Sketch | None:
    channels = point.image[3]
    if not fits(point.image, point.window, point) or channels % point.groups:
        return None
    x = draw.fed(point.type, point.image)
    shape = (point.filters * point.groups, *point.window, channels // point.groups)
    operands = weights_and_bias(draw, point, shape, 0, x)
    return Sketch([x, *operands], [output(draw, point.type)], _options(point), version=6)


def _depthwise(draw: Draw, point: Point) -> Sketch | None:
    if not fits(point.image, point.window, point):
        return None
    x = draw.fed(point.type, point.image)
    shape = (1, *point.window, point.image[3] * point.multiplier)
    operands = weights_and_bias(draw, point, shape, 3, x)
    options = _options(point, depth_multiplier=point.multiplier)
    return Sketch([x, *operands], [output(draw, point.type)], options, version=6)


def _transpose(draw: Draw, point: Point) -> Sketch:
    batch, height, width, channels = point.image
    grown = [
        n * s + (max(k - s, 0) if point.padding == "VALID" else 0)
        for n, s, k in zip((height, width), point.stride, point.window, strict=True)
    ]
    shape = draw.given([batch, *grown, point.filters])
    x = draw.fed(point.type, point.image)
    weight_shape = (point.filters, *point.window, channels)
    weight, bias = weights_and_bias(draw, point, weight_shape, 0, x)
    stride_h, stride_w = point.stride
    options = {
        "padding": point.padding,
        "stride_h": stride_h,
        "stride_w": stride_w,
        "fused_activation_function": point.activation,
    }
    return Sketch([shape, weight, x, bias], [output(draw, point.type)], options, version=4)


def _pool(draw: Draw, point: Point) -> Sketch | None:
    if not fits(point.image, point.window, point):
        return None
    x = draw.fed(point.type, point.image)
    filter_height, filter_width = point.window
    options = _options(point, filter_height=filter_height, filter_width=filter_width)
    options = {name: value for name, value in options.items() if "dilation" not in name}
    y = draw.value(point.type, of=x.tensor.quantization)
    return Sketch([x], [y], options, version=2 if point.type in QUANTIZED else 1)


def _volume(draw: Draw, point: Point) -> Sketch:
    x = draw.fed("float32", (point.batch, 4, 5, 6, point.channels))
    w = draw.constant("float32", (*point.window, point.channels, point.filters))
    bias = draw.constant("float32", (point.filters,)) if point.bias else None
    return Sketch([x, w, bias], [draw.value("float32")], _volume_options(point))


def _volume_transpose(draw: Draw, point: Point) -> Sketch:
    volume = (2, 3, 4)
    grown = [
        n * point.stride + (max(k - point.stride, 0) if point.padding == "VALID" else 0)
        for n, k in zip(volume, point.window, strict=True)
    ]
    inputs = [
        draw.given([point.batch, *grown, point.filters]),
        draw.constant("float32", (*point.window, point.filters, point.channels)),
        draw.fed("float32", (point.batch, *volume, point.channels)),
        draw.constant("float32", (point.filters,)) if point.bias else None,
    ]
    return Sketch(inputs, [draw.value("float32")], _volume_options(point))


def _volume_options(point: Point) -> dict[str, Any]:
    stride = {f"stride_{axis}": point.stride for axis in "dhw"}
    return {"padding": point.padding, "fused_activation_function": point.activation, **stride}


_IMAGE_AXES = {
    "image": _IMAGES,
    "window": _WINDOWS,
    "stride": _STRIDES,
    "dilation": ((1, 1), (2, 2), (1, 2)),
    "padding": _PADDINGS,
    "activation": _ACTIVATIONS,
}
_PLAIN = {**_IMAGE_AXES, "dilation": ((1, 1),)}
_AXES = {**_IMAGE_AXES, "bias": (True,)}
"""LiteRT's CONV_2D wants a bias, its DEPTHWISE_CONV_2D crashes without one."""

_VOLUME_AXES = {
    "type": ("float32",),
    "batch": (1, 2),
    "channels": (1, 3),
    "filters": (1, 4),
    "window": ((1, 1, 1), (2, 3, 3), (3, 1, 2)),
    "stride": (1, 2),
    "padding": _PADDINGS,
    "activation": ("NONE", "RELU"),
    "bias": (True, False),
}

FAMILIES = (
    Family(
        ("CONV_2D",),
        {"type": _TYPES, **_AXES, "filters": (1, 5, 8), "groups": (1, 1, 1, 2)},
        _convolution,
        cases=60,
    ),
    Family(
        ("DEPTHWISE_CONV_2D",),
        {"type": _TYPES, **_AXES, "multiplier": (1, 1, 2, 3)},
        _depthwise,
        cases=60,
    ),
    Family(
        ("TRANSPOSE_CONV",),
        {"type": _TYPES, **_PLAIN, "filters": (1, 5), "bias": (True, False)},
        _transpose,
        cases=40,
    ),
    Family(
        ("AVERAGE_POOL_2D", "MAX_POOL_2D"), {"type": ("float32", *_INTEGERS), **_PLAIN}, _pool, 40
    ),
    Family(("L2_POOL_2D",), {"type": ("float32",), **_PLAIN}, _pool, 40),
    Family(("CONV_3D",), _VOLUME_AXES, _volume),
    Family(("CONV_3D_TRANSPOSE",), _VOLUME_AXES, _volume_transpose),
)
