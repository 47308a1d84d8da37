"""Models of a single operator with a weight, small to large: what device costs are measured on."""

from __future__ import annotations

import numpy as np

from tools.bench.device_model import DeviceModel, random_weight, zeros
from tools.bench.recurrent_device_models import recurrent_models
from tools.conformance.model_builder import constant, single_operator, tensor

_UNIT = {"padding": "SAME", "stride_w": 1, "stride_h": 1}
_PLANE = {**_UNIT, "dilation_w_factor": 1, "dilation_h_factor": 1}


def device_models() -> list[DeviceModel]:
    """All of them: sizes of layers from keyword spotting to ResNet50 and BERT."""
    return [
        *(convolution(*sizes) for sizes in _CONVOLUTIONS),
        *(depthwise(*sizes) for sizes in _DEPTHWISE),
        *(fully_connected(*sizes) for sizes in _FULLY_CONNECTED),
        *(batch_matmul(*sizes) for sizes in _FULLY_CONNECTED if sizes[0] > 1),
        *(transpose_convolution(*sizes) for sizes in _TRANSPOSE_CONVOLUTIONS),
        *(make(*sizes) for make in (volume, volume_transpose) for sizes in _VOLUMES),
        *recurrent_models(),
        *(lookup(name, *sizes) for name in ("EMBEDDING_LOOKUP", "GATHER") for sizes in _TABLES),
        *(elementwise(name, n) for name in ("ADD", "LOGISTIC") for n in _ELEMENTS),
    ]


_CONVOLUTIONS = (
    # height and width, input channels, output channels, filter size
    *((112, 32, 16, 1), (112, 16, 96, 1), (56, 96, 24, 1), (56, 24, 144, 1), (28, 192, 32, 1)),
    *((28, 128, 128, 1), (14, 384, 64, 1), (14, 96, 576, 1), (14, 512, 512, 1), (7, 960, 160, 1)),
    *((7, 160, 960, 1), (7, 320, 1280, 1), (56, 64, 256, 1), (14, 1024, 256, 1), (11, 64, 64, 1)),
    *((24, 8, 16, 1), (6, 64, 128, 1), (3, 128, 256, 1), (1, 64, 64, 1), (32, 16, 32, 1)),
    *((32, 16, 16, 3), (16, 32, 32, 3), (8, 64, 64, 3), (28, 1, 32, 3), (11, 32, 64, 3)),
    *((96, 3, 8, 3), (64, 3, 32, 3), (56, 64, 64, 3), (28, 128, 128, 3), (14, 256, 256, 3)),
    *((7, 512, 512, 3), (40, 8, 8, 5)),
)
_DEPTHWISE = (
    *((112, 32, 3), (56, 144, 3), (28, 192, 3), (14, 576, 3), (7, 960, 3), (14, 240, 5)),
    *((28, 240, 5), (11, 64, 3), (24, 16, 3), (6, 64, 3), (3, 256, 3)),
)
_FULLY_CONNECTED = (
    # rows, inputs, outputs
    *((1, 32, 32), (1, 64, 12), (1, 64, 256), (1, 128, 128), (1, 256, 64), (1, 640, 128)),
    *((1, 512, 512), (1, 1024, 1000), (1, 2048, 1000), (1, 512, 2048), (8, 64, 64)),
    *((16, 128, 128), (49, 512, 512), (128, 128, 512), (128, 512, 128), (128, 512, 512)),
)
_TRANSPOSE_CONVOLUTIONS = (
    *((8, 64, 32, 4), (16, 32, 16, 4), (32, 64, 32, 2), (4, 256, 128, 4), (1, 32, 32, 2)),
    *((4, 16, 8, 4), (16, 16, 8, 2), (64, 8, 4, 4), (8, 128, 128, 2)),
)
_VOLUMES = ((4, 8, 8, 3), (8, 16, 16, 3), (8, 64, 32, 1), (16, 8, 16, 3), (6, 32, 32, 2))
_TABLES = ((1, 1000, 64), (16, 1000, 128), (128, 4000, 256))
_ELEMENTS = (64, 4096, 65536, 400_000)


def convolution(size: int, depth: int, channels: int, taps: int) -> DeviceModel:
    """CONV_2D on a square image."""
    weight = random_weight("w", channels, taps, taps, depth)
    x, y = tensor("x", (1, size, size, depth)), tensor("y", (1, size, size, channels))
    model = single_operator("CONV_2D", [x, weight, zeros("b", channels)], [y], _PLANE)
    return DeviceModel("CONV_2D", size * size * taps * taps * depth * channels, model)


def depthwise(size: int, channels: int, taps: int) -> DeviceModel:
    """DEPTHWISE_CONV_2D on a square image."""
    weight = random_weight("w", 1, taps, taps, channels)
    x, y = (tensor(name, (1, size, size, channels)) for name in "xy")
    options = {**_PLANE, "depth_multiplier": 1}
    model = single_operator("DEPTHWISE_CONV_2D", [x, weight, zeros("b", channels)], [y], options)
    return DeviceModel("DEPTHWISE_CONV_2D", size * size * taps * taps * channels, model)


def fully_connected(rows: int, depth: int, channels: int) -> DeviceModel:
    """FULLY_CONNECTED."""
    operands = [
        tensor("x", (rows, depth)),
        random_weight("w", channels, depth),
        zeros("b", channels),
    ]
    model = single_operator("FULLY_CONNECTED", operands, [tensor("y", (rows, channels))], {})
    return DeviceModel("FULLY_CONNECTED", rows * depth * channels, model)


def batch_matmul(rows: int, depth: int, channels: int) -> DeviceModel:
    """BATCH_MATMUL with a constant on the right."""
    operands = [tensor("x", (1, rows, depth)), random_weight("w", 1, depth, channels)]
    model = single_operator("BATCH_MATMUL", operands, [tensor("y", (1, rows, channels))], {})
    return DeviceModel("BATCH_MATMUL", rows * depth * channels, model)


def transpose_convolution(size: int, depth: int, channels: int, taps: int) -> DeviceModel:
    """TRANSPOSE_CONV that doubles a square image."""
    shape = (1, 2 * size, 2 * size, channels)
    operands = [
        constant("shape", np.array(shape, np.int32)),
        random_weight("w", channels, taps, taps, depth),
        tensor("x", (1, size, size, depth)),
    ]
    options = {**_UNIT, "stride_w": 2, "stride_h": 2}
    model = single_operator("TRANSPOSE_CONV", operands, [tensor("y", shape)], options)
    return DeviceModel("TRANSPOSE_CONV", size * size * taps * taps * depth * channels, model)


def volume(size: int, depth: int, channels: int, taps: int) -> DeviceModel:
    """CONV_3D on a cube."""
    weight = random_weight("w", taps, taps, taps, depth, channels)
    x, y = tensor("x", (1, *[size] * 3, depth)), tensor("y", (1, *[size] * 3, channels))
    options = {**_PLANE, "stride_d": 1, "dilation_d_factor": 1}
    model = single_operator("CONV_3D", [x, weight, zeros("b", channels)], [y], options)
    return DeviceModel("CONV_3D", size**3 * taps**3 * depth * channels, model)


def volume_transpose(size: int, depth: int, channels: int, taps: int) -> DeviceModel:
    """CONV_3D_TRANSPOSE that doubles a cube."""
    shape = (1, *[2 * size] * 3, channels)
    operands = [
        constant("shape", np.array(shape, np.int32)),
        random_weight("w", taps, taps, taps, channels, depth),
        tensor("x", (1, *[size] * 3, depth)),
        zeros("b", channels),
    ]
    options = {**_PLANE, "dilation_d_factor": 1, "stride_d": 2, "stride_w": 2, "stride_h": 2}
    model = single_operator("CONV_3D_TRANSPOSE", operands, [tensor("y", shape)], options)
    return DeviceModel("CONV_3D_TRANSPOSE", size**3 * taps**3 * depth * channels, model)


def lookup(operator: str, rows: int, entries: int, width: int) -> DeviceModel:
    """Rows of a table: EMBEDDING_LOOKUP (indices, table) or GATHER (table, indices)."""
    table, ids = random_weight("w", entries, width), tensor("x", (rows,), "INT32")
    operands = [ids, table] if operator == "EMBEDDING_LOOKUP" else [table, ids]
    return DeviceModel(
        operator, 0, single_operator(operator, operands, [tensor("y", (rows, width))], {})
    )


def elementwise(operator: str, elements: int) -> DeviceModel:
    """An operator without weights."""
    x, y = (tensor(name, (1, elements)) for name in "xy")
    operands = [x, x] if operator == "ADD" else [x]
    return DeviceModel(operator, 0, single_operator(operator, operands, [y], {}))
