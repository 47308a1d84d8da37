"""Writes the corpus: ``python -m tests.fuzz.make_corpus [FOLDER]``, small valid files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from kernels.model import Model
from kernels.tflite.writer import model_bytes
from tests.build_model import (
    Operation,
    Value,
    blockwise,
    constant,
    graph,
    quantization,
    tensor,
    with_subgraphs,
)
from tests.example_model import example
from tests.fuzz.lowered_corpus import lowered_corpus
from tests.operator_examples import EXAMPLES, hybrid_convolution, hybrid_fully_connected

CORPUS = Path(__file__).parent / "corpus"

GROUPS = {
    "arithmetic": "ADD DIV POW FLOOR_MOD SQUARED_DIFFERENCE ADD_N PRELU ATAN2",
    "elementwise": "EXP LOG RSQRT GELU LEAKY_RELU ROUND",
    "comparison": "LESS LOGICAL_AND SELECT SELECT_V2 WHERE",
    "convolution": "CONV_2D",
    "depthwise": "DEPTHWISE_CONV_2D",
    "transposed": "TRANSPOSE_CONV",
    "pooling": "AVERAGE_POOL_2D MAX_POOL_2D L2_POOL_2D",
    "dense": "FULLY_CONNECTED",
    "matmul": "BATCH_MATMUL",
    "shapes": "RESHAPE SQUEEZE EXPAND_DIMS SHAPE RANK BITCAST TRANSPOSE",
    "moving": "CONCATENATION PACK UNPACK SPLIT SPLIT_V REVERSE_V2 REVERSE_SEQUENCE",
    "slicing": "SLICE STRIDED_SLICE DYNAMIC_UPDATE_SLICE",
    "growing": "PAD PADV2 MIRROR_PAD TILE BROADCAST_TO BROADCAST_ARGS",
    "filling": "FILL RANGE ONE_HOT ZEROS_LIKE MATRIX_DIAG MATRIX_SET_DIAG DILATE",
    "gathering": "GATHER GATHER_ND SCATTER_ND EMBEDDING_LOOKUP SPARSE_TO_DENSE",
    "segments": "SEGMENT_SUM UNSORTED_SEGMENT_SUM UNSORTED_SEGMENT_MAX",
    "blocks": "SPACE_TO_DEPTH DEPTH_TO_SPACE SPACE_TO_BATCH_ND BATCH_TO_SPACE_ND",
    "resizing": "RESIZE_BILINEAR RESIZE_NEAREST_NEIGHBOR",
    "reduction": "MEAN SUM REDUCE_MAX REDUCE_ALL REDUCE_PROD",
    "ranking": "ARG_MAX TOPK_V2 CUMSUM UNIQUE BUCKETIZE",
    "normalization": "SOFTMAX LOG_SOFTMAX L2_NORMALIZATION LOCAL_RESPONSE_NORMALIZATION",
    "suppression": "NON_MAX_SUPPRESSION_V5",
    "lstm": "UNIDIRECTIONAL_SEQUENCE_LSTM",
    "bidirectional": "BIDIRECTIONAL_SEQUENCE_LSTM",
    "rnn": "UNIDIRECTIONAL_SEQUENCE_RNN",
    "svdf": "SVDF",
    "text": "EMBEDDING_LOOKUP_SPARSE HASHTABLE_LOOKUP LSH_PROJECTION SKIP_GRAM",
    "volumes": "CONV_3D CONV_3D_TRANSPOSE REDUCE_WINDOW",
    "waves": "RFFT2D RANDOM_UNIFORM RANDOM_STANDARD_NORMAL MULTINOMIAL",
}
"""File -> the operators that it has, each in a subgraph and signature of its own."""


def corpus() -> dict[str, Model]:
    """File name -> model."""
    models = {name: _together(operators.split()) for name, operators in GROUPS.items()}
    return {
        **models,
        "hybrid_convolution": hybrid_convolution(),
        "hybrid_dense": hybrid_fully_connected(),
        "blockwise": _blockwise(),
        "integers": _integers(),
        "quantizing": _quantizing(),
        "loop": _loop(),
        "everything": example(),
        **lowered_corpus(),
    }


def _together(operators: Iterable[str]) -> Model:
    first, *others = [EXAMPLES[name].model(name) for name in operators]
    merged = with_subgraphs(first, *others)
    signatures = [
        replace(model.signatures[0], key=name, subgraph=i)
        for i, (name, model) in enumerate(zip(operators, [first, *others], strict=True))
    ]
    return replace(merged, signatures=tuple(signatures))


def _quantizing() -> Model:
    """DEQUANTIZE, then QUANTIZE."""
    affine = quantization(0.5, 3)
    q, x = tensor("q", (2, 3), "INT8", quantization=affine), tensor("x", (2, 3))
    end = tensor("end", (2, 3), "INT8", quantization=quantization(0.25, -1))
    return graph([Operation("DEQUANTIZE", [q], [x]), Operation("QUANTIZE", [x], [end])], [q], [end])


def _blockwise() -> Model:
    """EMBEDDING_LOOKUP, then FULLY_CONNECTED twice: with blocks for XNNPACK, and for TFLite."""
    ids, x, y = tensor("ids", (2,), "INT32"), tensor("x", (2, 32)), tensor("y", (2, 8))
    end = tensor("end", (2, 4))
    operations = [
        Operation("EMBEDDING_LOOKUP", [ids, _in_blocks("t", 3, 32, 16)], [x], version=4),
        Operation("FULLY_CONNECTED", [x, _in_blocks("w", 8, 32, 32), None], [y], {}, version=13),
        Operation("FULLY_CONNECTED", [y, _in_blocks("v", 4, 8, 4), None], [end], {}, version=13),
    ]
    return graph(operations, [ids], [end])


def _in_blocks(name: str, rows: int, depth: int, size: int) -> Value:
    codes = np.arange(rows * depth).reshape(rows, depth) % 15 - 7
    scales = np.arange(1, 1 + rows * depth // size).reshape(rows, -1) / 32
    return blockwise(name, codes, scales.astype(np.float16))


def _integers() -> Model:
    """Quantized throughout: CONV_2D, DEPTHWISE_CONV_2D, ADD, MEAN, FULLY_CONNECTED, LOGISTIC."""
    options = {"stride_w": 1, "stride_h": 1}
    x, convolved, thin, total = (
        tensor(name, (1, 3, 3, 2), "INT8", quantization=quantization(0.1, zero))
        for zero, name in enumerate(("x", "convolved", "thin", "total"))
    )
    mean, dense = (
        tensor(name, (1, 2), "INT8", quantization=quantization(0.1, 1))
        for name in ("mean", "dense")
    )
    end = tensor("end", (1, 2), "INT8", quantization=quantization(1 / 256, -128))
    operations = [
        Operation("CONV_2D", [x, _int8("w", 2, 1, 1, 2), _int32("b")], [convolved], options),
        Operation(
            "DEPTHWISE_CONV_2D",
            [convolved, _int8("v", 1, 2, 2, 2, axis=3), _int32("c")],
            [thin],
            {**options, "depth_multiplier": 1},
        ),
        Operation("ADD", [convolved, thin], [total], {}),
        Operation("MEAN", [total, constant("axes", np.int32([1, 2]))], [mean], {}),
        Operation("FULLY_CONNECTED", [mean, _int8("u", 2, 2), _int32("d")], [dense], {}),
        Operation("LOGISTIC", [dense], [end]),
    ]
    return graph(operations, [x], [end])


def _int8(name: str, *shape: int, axis: int = 0) -> Value:
    values = np.arange(np.prod(shape)).reshape(shape).astype(np.int8)
    return constant(name, values, quantization=quantization([0.02, 0.03], axis=axis))


def _int32(name: str) -> Value:
    return constant(name, np.int32([10, -10]), quantization=quantization([0.002, 0.003]))


def _loop() -> Model:
    """WHILE i < n: i = i + 1, with IF and a call in the body."""
    i, n = tensor("i", (), "INT32"), tensor("n", (), "INT32")
    go = tensor("go", (), "BOOL")
    ends = [tensor("end_i", (), "INT32"), tensor("end_n", (), "INT32")]
    main = graph(
        [Operation("WHILE", [i, n], ends, {"cond_subgraph_index": 1, "body_subgraph_index": 2})],
        [i, n],
        ends,
    )
    condition = graph([Operation("LESS", [i, n], [go])], [i, n], [go])
    low, following = tensor("low", (), "BOOL"), tensor("following", (), "INT32")
    body = graph(
        [
            Operation("LESS", [i, n], [low]),
            Operation(
                "IF", [low, i], [following], {"then_subgraph_index": 3, "else_subgraph_index": 4}
            ),
        ],
        [i, n],
        [following, n],
    )
    step = graph([Operation("ADD", [i, _one()], [ends[0]], {})], [i], [ends[0]])
    back = graph([Operation("SUB", [i, _one()], [ends[0]], {})], [i], [ends[0]])
    return with_subgraphs(main, condition, body, step, back)


def _one() -> Value:
    return constant("one", np.int32(1))


def main(folder: Path) -> None:
    """Writes every file of the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in corpus().items():
        (folder / f"{name}.tflite").write_bytes(model_bytes(model))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
