import numpy as np
import pytest

from kernels.constant import DTYPES
from kernels.errors import InputError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests.build_model import blockwise, constant, quantization, single_operator, tensor
from tests.hybrid import (
    FLOAT,
    PER_CHANNEL,
    PER_TENSOR,
    assert_equals_litert,
    run,
    run_litert,
    weight,
)


def lookup(table, ids: int, row: tuple[int, ...], element_type: str = "FLOAT32"):
    return single_operator(
        "EMBEDDING_LOOKUP",
        [tensor("ids", (ids,), "INT32"), table],
        [tensor("rows", (ids, *row), element_type)],
        version=4,
    )


CASES = [  # rows of the table, shape of a row, ids
    (1, (1,), [0]),
    (5, (8,), [4, 0, 4, 2]),
    (7, (3, 4), [6, 1]),
    (300, (17,), [299, 128, 0, 5]),
]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("bits", [8, 4, 2])
@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR, PER_CHANNEL])
@pytest.mark.parametrize(("rows", "row", "ids"), CASES)
def test_rows_by_id(rows, row, ids, kind, bits, numerics):
    table, real = weight(np.random.default_rng(0), "t", (rows, *row), kind, limit=2**bits // 2 - 1)
    model, ids = lookup(table, len(ids), row), np.array(ids, np.int32)
    np.testing.assert_array_equal(run(model, [[ids]], numerics)[0], real[ids])
    # LiteRT takes each row of int4 and int2 to begin with a whole byte.
    if kind == FLOAT or np.prod(row) * bits % 8 == 0:
        assert_equals_litert(model, [[ids]], numerics)


BLOCKS = [  # rows, blocks, size
    (1, 1, 32),
    (5, 3, 32),
    (7, 2, 64),
    (40, 4, 128),
    (3, 1, 256),
    (6, 5, 8),
]


def in_blocks(rows, blocks, size, bits=4, scales=np.float16):
    """A table, and its real values."""
    rng = np.random.default_rng(0)
    codes = rng.integers(-(2 ** (bits - 1)), 2 ** (bits - 1), (rows, blocks * size))
    factors = (10 ** rng.uniform(-3, 3, (rows, blocks))).astype(scales)
    real = codes * np.repeat(factors.astype(np.float32), size, axis=1)
    return blockwise("t", codes.astype(np.int8), factors, f"INT{bits}"), real.astype(np.float32)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("real_type", ["FLOAT32", "FLOAT16"])
@pytest.mark.parametrize("bits", [4, 2])
@pytest.mark.parametrize("case", BLOCKS)
def test_rows_in_blocks(case, bits, real_type, numerics):
    table, real = in_blocks(*case, bits)
    ids = np.array([case[0] - 1, 0, case[0] // 2], np.int32)
    model = lookup(table, 3, real.shape[1:], real_type)
    (ours,), (theirs,) = run(model, [[ids]], numerics), run_litert(model, [[ids]], numerics)
    assert ours.dtype == theirs.dtype == DTYPES[real_type]
    np.testing.assert_array_equal(ours, real[ids].astype(ours.dtype))
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("numerics", NUMERICS)
def test_float32_scales_of_blocks_and_rows_that_end_within_a_byte(numerics):
    table, real = in_blocks(4, 3, 3, scales=np.float32)
    ids = np.array([3, 1], np.int32)
    (rows,) = run(lookup(table, 2, real.shape[1:]), [[ids]], numerics)
    np.testing.assert_array_equal(rows, real[ids])


def test_blocks_of_another_table_than_an_int4_matrix_are_refused():
    for table in (
        blockwise("t", np.ones((4, 8), np.int8), np.ones((4, 2), np.float16), "INT8"),
        blockwise("t", np.ones((4, 2, 8), np.int8), np.ones((4, 2, 2), np.float16)),
    ):
        with pytest.raises(UnsupportedOperatorError, match="Its table 't' is INT"):
            Interpreter(lookup(table, 2, table.tensor.shape[1:]))


def test_a_table_of_any_type_is_only_moved():
    table = constant("t", np.arange(12, dtype=np.int8).reshape(4, 3), quantization=quantization(2))
    ids = np.array([3, 1], np.int32)
    (rows,) = run(lookup(table, 2, (3,), "INT8"), [[ids]], NUMERICS[0])
    np.testing.assert_array_equal(rows, [[9, 10, 11], [3, 4, 5]])


def test_no_ids():
    table = constant("t", np.ones((4, 3), np.float32))
    ids = np.zeros(0, np.int32)
    assert Interpreter(lookup(table, 2, (3,))).invoke(ids=ids)["rows"].shape == (0, 3)


@pytest.mark.parametrize("bad", [-1, 4])
def test_an_id_outside_of_the_table_is_refused(bad):
    table = constant("t", np.ones((4, 3), np.float32))
    with pytest.raises(InputError, match=f"The id {bad} is outside of the table of 4 rows"):
        Interpreter(lookup(table, 2, (3,))).invoke(ids=np.array([0, bad], np.int32))
