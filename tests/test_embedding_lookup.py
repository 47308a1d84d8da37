import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests.build_model import constant, quantization, single_operator, tensor
from tests.hybrid import FLOAT, PER_CHANNEL, PER_TENSOR, assert_equals_litert, run, weight


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
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR, PER_CHANNEL])
@pytest.mark.parametrize(("rows", "row", "ids"), CASES)
def test_rows_by_id(rows, row, ids, kind, bits, numerics):
    table, real = weight(np.random.default_rng(0), "t", (rows, *row), kind, limit=2**bits // 2 - 1)
    model, ids = lookup(table, len(ids), row), np.array(ids, np.int32)
    np.testing.assert_array_equal(run(model, [[ids]], numerics)[0], real[ids])
    # LiteRT takes each row of int4 to begin with a whole byte.
    if bits == 8 or kind == FLOAT or np.prod(row) % 2 == 0:
        assert_equals_litert(model, [[ids]], numerics)


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
