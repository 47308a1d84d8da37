import numpy as np
import pytest

from kernels.errors import InputError
from tests.build_model import constant, quantization, single_operator, tensor
from tests.oracle import Fixed, operator_model, random
from tests.plain_and_flat import assert_flat, assert_left_to_plain, kernels_of, operator_flat

IDS = np.int32([3, 0, 3, 9, 1])


@pytest.mark.parametrize("shape", [(10,), (10, 1), (10, 33), (10, 4, 5)])
@pytest.mark.parametrize("dtype", [np.float32, np.int8])
def test_rows(shape, dtype):
    table = (random(0, *shape) * np.float32(50)).astype(dtype)
    operator_flat("EMBEDDING_LOOKUP", [IDS, Fixed(table)], [table[IDS]])
    operator_flat("EMBEDDING_LOOKUP", [IDS[:0], Fixed(table)], [table[:0]])


def quantized(scales):
    codes = np.random.default_rng(0).integers(-127, 128, (10, 33)).astype(np.int8)
    table = constant("w", codes, quantization=quantization(scales, np.zeros(len(scales), np.int64)))
    return single_operator(
        "EMBEDDING_LOOKUP", [tensor("i", (5,), "INT32"), table], [tensor("y", (5, 33))]
    )


def test_rows_of_bytes_with_one_scale():
    used = assert_flat(quantized(np.float32([0.02])), IDS)
    assert used == ["indexing.gather_int32", "quantizing.of_int8"]


def test_a_scale_for_each_row_is_left_to_the_plain_kernel():
    assert_left_to_plain(quantized(np.linspace(0.01, 0.1, 10, dtype=np.float32)), IDS)


@pytest.mark.parametrize("outside", [-1, 10])
def test_an_id_outside_is_an_error_of_the_plain_kernel(outside):
    ids, table = np.int32([0, outside]), random(0, 10, 3)
    model = operator_model("EMBEDDING_LOOKUP", [ids, Fixed(table)], [table[:2]])
    with pytest.raises(InputError, match="outside of the table"):
        kernels_of(model, ids)
