import numpy as np
import pytest

from kernels.blockwise import with_blocks
from kernels.model import Model, Quantization, Tensor
from quant.quantizer import quantize
from quant.real_constant import real_constant, step_of
from quant.recipe import Recipe
from quant.weights import Encoding, store_weight
from tests.dense_model import dense_model


def stored(values, scale, zero_point, axis=0):
    quantization = Quantization(np.float32(scale), np.int64(zero_point), axis)
    tensor = Tensor("w", "INT8", values.shape, 1, quantization)
    return Model((), (b"", np.int8(values).tobytes())), tensor


CODES = np.arange(-3, 3).reshape(2, 3)


@pytest.mark.parametrize(
    ("scale", "zero_point", "axis", "expected"),
    [
        ([0.5], [1], 0, (CODES - 1) * 0.5),
        ([0.5, 2.0], [0, 1], 0, (CODES - [[0], [1]]) * [[0.5], [2.0]]),
        ([0.5, 2.0, 4.0], [0, 0, 0], 1, CODES * [0.5, 2.0, 4.0]),
    ],
)
def test_affine_codes(scale, zero_point, axis, expected):
    values = real_constant(*stored(CODES, scale, zero_point, axis))
    np.testing.assert_array_equal(values, expected)
    assert values.dtype == np.float32


@pytest.mark.parametrize(
    ("recipe", "encoding"),
    [
        (Recipe(scheme="float16", min_elements=0), Encoding("FLOAT16")),
        (Recipe(scheme="int4", block_size=32, min_elements=0, rounding="nearest"), None),
        (Recipe(min_elements=0, clipping="min_max", rounding="nearest"), Encoding("INT8", 0)),
    ],
)
def test_every_encoding_restores_what_the_quantizer_says(recipe, encoding):
    before = dense_model()
    weight = real_constant(before, before.subgraphs[0].tensors[1])
    after = with_blocks(quantize(before, recipe).model)
    restored = real_constant(after, after.subgraphs[0].tensors[1])
    assert restored.dtype == np.float32
    if encoding is not None:
        expected = store_weight(weight, encoding, "w").restored()
        np.testing.assert_array_equal(restored, expected)
    else:
        step = step_of(after.subgraphs[0].tensors[1])
        assert step.shape == weight.shape
        assert np.abs((restored - weight) / step).max() < 1.5


def test_what_is_no_code_stays():
    model = dense_model()
    x, weight = model.subgraphs[0].tensors[:2]
    assert real_constant(model, x) is None
    assert real_constant(model, weight).dtype == np.float32
    assert step_of(weight) is None
