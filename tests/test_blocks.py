"""Blocks to depth or batch and back, against loops over pixels, and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from tests.build_model import constant, quantization, single_operator, tensor
from tests.oracle import Fixed, check, integers, operator_model, random

DTYPES = [np.float32, np.int32, np.int64, np.int8, np.uint8]


def to_depth(x, block):
    n, height, width, channels = x.shape
    result = np.empty((n, height // block, width // block, block**2 * channels), x.dtype)
    for i, j in np.ndindex(height, width):
        first = (i % block * block + j % block) * channels
        result[:, i // block, j // block, first : first + channels] = x[:, i, j]
    return result


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "block"), [((1, 1, 1, 1), 1), ((1, 2, 2, 1), 2), ((2, 6, 9, 2), 3), ((1, 4, 2, 5), 2)]
)
def test_depth(shape, block, dtype):
    x = integers(1, *shape, dtype=dtype)
    check("SPACE_TO_DEPTH", [x], to_depth(x, block), {"block_size": block})
    check("DEPTH_TO_SPACE", [to_depth(x, block)], x, {"block_size": block})


def to_batch(x, blocks, paddings):
    """Pixel (i, j) of a padded image goes to image (i % b0, j % b1), place (i // b0, j // b1)."""
    padded = np.pad(x, [(0, 0), *paddings, *[(0, 0)] * (x.ndim - 1 - len(blocks))])
    phases = [
        padded[(slice(None), *[slice(p, None, b) for p, b in zip(phase, blocks, strict=True)])]
        for phase in np.ndindex(*blocks)
    ]
    return np.concatenate(phases)


BATCH_CASES = [
    ((1, 4, 4, 1), [2, 2], [[0, 0], [0, 0]]),
    ((2, 3, 5, 2), [2, 3], [[1, 0], [0, 1]]),
    ((1, 7, 2), [3], [[1, 1]]),
    ((1, 2, 2, 3), [1, 1], [[0, 0], [0, 0]]),
]


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64])
@pytest.mark.parametrize(("shape", "blocks", "borders"), BATCH_CASES)
def test_batch(shape, blocks, borders, dtype):
    x = integers(1, *shape, dtype=dtype)
    tiles = to_batch(x, blocks, borders)
    parameters = [Fixed(np.int32(blocks)), Fixed(np.int32(borders))]
    check("SPACE_TO_BATCH_ND", [x, *parameters], tiles)
    check("BATCH_TO_SPACE_ND", [tiles, *parameters], x)


def test_a_quantized_image_is_padded_with_its_zero_point():
    scale = quantization(0.5, 4)
    parameters = [constant("b", np.int32([2])), constant("p", np.int32([[1, 0]]))]
    model = single_operator(
        "SPACE_TO_BATCH_ND",
        [tensor("x", (1, 1, 1), "INT8", quantization=scale), *parameters],
        [tensor("y", (2, 1, 1), "INT8", quantization=scale)],
    )
    assert Interpreter(model).invoke(x=np.int8([[[9]]]))["y"].ravel().tolist() == [4, 9]


def test_sizes_that_are_no_multiples():
    x = random(1, 1, 3, 4, 1)
    model = operator_model("SPACE_TO_DEPTH", [x], [x], {"block_size": 2})
    with pytest.raises(InputError, match=r"The sizes \(3, 4\).*not multiples"):
        Interpreter(model).invoke(in0=x)


@pytest.mark.parametrize("block", [0, -2])
def test_impossible_block_sizes(block):
    x = random(1, 1, 4, 4, 4)
    with pytest.raises(ModelError, match=f"has block_size {block}"):
        Interpreter(operator_model("DEPTH_TO_SPACE", [x], [x], {"block_size": block}))


@pytest.mark.parametrize(
    ("blocks", "borders"),
    [([0, 2], [[0, 0], [0, 0]]), ([2, 2], [[0, 0]]), ([2, 2], [[-1, 1], [0, 0]])],
)
def test_blocks_that_do_not_fit(blocks, borders):
    x, blocks, borders = random(1, 1, 4, 4, 1), np.int32(blocks), np.int32(borders)
    model = operator_model("SPACE_TO_BATCH_ND", [x, blocks, borders], [x])
    with pytest.raises(InputError, match="do not fit a tensor"):
        Interpreter(model).invoke(in0=x, in1=blocks, in2=borders)
