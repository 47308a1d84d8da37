from dataclasses import replace

import numpy as np
import pytest

from kernels.blockwise import NO_TENSOR, Blockwise, scale_shape, with_blocks
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.model import Table
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes
from tests.build_model import Operation, Value, blockwise, constant, graph, quantization, tensor

CODES = np.arange(-8, 8).reshape(2, 8)
SCALES = np.array([[0.5, 0.25], [0.125, 2]])


def model(scales=SCALES, dtype=np.float16, zero_points: Value | None = None):
    """FULLY_CONNECTED with blocks of 4; ``zero_points`` are one more constant of the graph."""
    weights = blockwise("w", CODES, scales.astype(dtype))
    x, y = tensor("x", (1, 8)), tensor("y", (1, 2))
    operations = [Operation("FULLY_CONNECTED", [x, weights, None], [y], {}, version=13)]
    if zero_points is None:
        return graph(operations, [x], [y])
    shape = zero_points.tensor.shape
    more = tensor("more", shape, zero_points.tensor.type)
    reader = Operation("RESHAPE", [zero_points], [more], {"new_shape": shape})
    made = graph([*operations, reader], [x], [y])
    return with_details(made, zero_points=index(made, "z"))


def index(made, name: str) -> int:
    return [t.name for t in made.subgraphs[0].tensors].index(name)


def with_details(made, **changes):
    """The model whose weight says something else of its blocks."""
    where = index(made, "w")
    tensors = list(made.subgraphs[0].tensors)
    quantized = tensors[where].quantization
    table = replace(Blockwise.of(quantized), **changes).table()
    tensors[where] = replace(tensors[where], quantization=replace(quantized, details=table))
    return replace(made, subgraphs=(replace(made.subgraphs[0], tensors=tuple(tensors)),))


def weight(made):
    return made.subgraphs[0].tensors[index(made, "w")]


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_file_keeps_the_scales_in_a_tensor(dtype):
    content = model_bytes(model(dtype=dtype))
    read = read_model(content)
    assert model_bytes(read) == content
    said = Blockwise.of(weight(read).quantization)
    assert said == Blockwise(index(read, "w_scales"), 4)
    assert weight(read).quantization.blocks is None
    assert weight(read).quantization.scale.size == 0


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_model_to_run_has_them_in_the_weight(dtype):
    made = with_blocks(model(dtype=dtype))
    blocks = weight(made).quantization.blocks
    assert blocks.size == 4
    assert blocks.scale.dtype == np.float32
    np.testing.assert_array_equal(blocks.scale, SCALES)


def test_scales_of_any_shape_count_in_order():
    made = model()
    flat = [
        replace(t, shape=(4, 1)) if t.name == "w_scales" else t for t in made.subgraphs[0].tensors
    ]
    made = replace(made, subgraphs=(replace(made.subgraphs[0], tensors=tuple(flat)),))
    np.testing.assert_array_equal(weight(with_blocks(made)).quantization.blocks.scale, SCALES)


def test_a_model_without_blocks_stays_as_it_is():
    x, y = tensor("x", (1, 8)), tensor("y", (1, 8))
    made = graph([Operation("ABS", [x], [y])], [x], [y])
    assert with_blocks(made) is made


def test_the_size_of_the_scales():
    assert scale_shape((3, 64), 32) == (3, 2)
    assert scale_shape((2, 3, 32), 32) == (2, 3, 1)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scales": 3, "block_size": 32}, Blockwise(3, 32)),
        ({"scales": 3, "block_size": 32, "zero_points": -1}, Blockwise(3, 32)),
        ({"scales": 3, "block_size": 32, "zero_points": 5}, Blockwise(3, 32, 5)),
        (
            {"scales": 3, "block_size": 32, "block_shape": (1, 32)},
            Blockwise(3, 32, shape=(1, 32)),
        ),
        ({}, Blockwise(0, 0)),
    ],
)
def test_what_the_table_says(fields, expected):
    details = Table("BlockwiseQuantization", fields)
    assert Blockwise.of(replace(quantization(1), details=details)) == expected
    assert expected.zero_points == fields.get("zero_points", NO_TENSOR)


@pytest.mark.parametrize(
    "other",
    [None, quantization(1), replace(quantization(1), details=Table("CustomQuantization"))],
)
def test_what_is_not_blockwise(other):
    assert Blockwise.of(other) is None


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64])
def test_zero_points_of_zero_are_taken_and_others_refused(dtype):
    x = np.ones((1, 8), np.float32)
    zeros = model(zero_points=constant("z", np.zeros((2, 2), dtype)))
    expected = Interpreter(model()).invoke(x=x)["y"]
    np.testing.assert_array_equal(Interpreter(zeros).invoke(x=x)["y"], expected)
    with pytest.raises(UnsupportedOperatorError, match="'w' has zero points for its blocks"):
        Interpreter(model(zero_points=constant("z", np.array([8], dtype))))


def test_scales_in_another_file_are_refused():
    made = model()
    moved = [
        replace(t, external_buffer=1, buffer=0) if t.name == "w_scales" else t
        for t in made.subgraphs[0].tensors
    ]
    made = replace(made, subgraphs=(replace(made.subgraphs[0], tensors=tuple(moved)),))
    with pytest.raises(ModelError, match=r"'w_scales' .* has its value in another file"):
        Interpreter(made)
