"""A small model that has something of everything that the format can say."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np

from kernels.model import Metadata, Model, Signature, Table
from tests.build_model import Operation, blockwise, constant, graph, quantization, tensor


def example() -> Model:
    """Three subgraphs, two signatures; constants quantized, packed and of strings; a custom
    operator, a variable, a call, metadata, and associated files in a ZIP archive."""
    main = graph(_operations(), [_X], [_END])
    condition = graph([Operation("LESS", [_Z, _Z], [tensor("more", (1, 4), "BOOL")])], [_Z], [])
    body = graph([Operation("ABS", [_Z], [_END])], [_Z], [_END])
    metadata = (Metadata("min_runtime_version", len(main.buffers)),)
    index = {each.name: i for i, each in enumerate(main.subgraphs[0].tensors)}
    return replace(
        main,
        subgraphs=(
            replace(main.subgraphs[0], debug_metadata_index=3),
            *condition.subgraphs,
            *body.subgraphs,
        ),
        buffers=(*main.buffers, b"1.5.0", b"unused"),
        description="an example",
        signatures=(*main.signatures, Signature("second", {"in": index["x"]}, {}, 0)),
        metadata=metadata,
        metadata_buffer=(1,),
        external_buffer_groups=(Table("ExternalBufferGroup", {"name": "weights.bin"}),),
        external_buffers=(Table("ExternalBuffer", {"id": 1, "length": 8}),),
        tail=_archive(),
    )


_X = tensor("x", (1, 8, 8, 3), shape_signature=(-1, 8, 8, 3), has_rank=True)
_Y = tensor("y", (1, 8, 8, 4))
_Z = tensor("z", (1, 4))
_END = tensor("end", (1, 4))
_LOW, _HIGH = np.float32([-1.5]), np.float32([1.5])


def _operations() -> list[Operation]:
    generator = np.random.default_rng(0)
    weights = generator.integers(-127, 128, (4, 3, 3, 3), np.int8)
    return [
        Operation(
            "CONV_2D",
            [
                _X,
                constant("w", weights, quantization=quantization([0.1, 0.2, 0.3, 0.4])),
                constant("b", np.zeros(4, np.float32)),
            ],
            [_Y],
            {"padding": "VALID", "stride_w": 2, "stride_h": 1, "dilation_w_factor": 3},
            version=5,
        ),
        Operation(
            "CUSTOM",
            [
                _Y,
                None,
                tensor("state", (1, 4), is_variable=True),
                constant("words", np.array([b"one", b"two"], object), "STRING"),
                blockwise(
                    "nibbles",
                    np.arange(-3, 3).reshape(2, 3),
                    np.float16([[0.5], [0.25]]),
                    quantization=replace(quantization(0.5, 1), min=_LOW, max=_HIGH),
                ),
            ],
            [_Z],
            custom_code="Example",
            custom_options=b"options",
        ),
        Operation(
            "WHILE", [_Z], [_END], {"cond_subgraph_index": 1, "body_subgraph_index": 2}, version=2
        ),
        Operation("STABLEHLO_IOTA", [], [tensor("i", (3,))], {"iota_dimension": 2**40}),
        Operation("SQUEEZE", [_END], [tensor("s", (4,))], {"squeeze_dims": (0, 1)}),
    ]


def _archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr(zipfile.ZipInfo("labels.txt"), "cat\ndog\n")
    return file.getvalue()
