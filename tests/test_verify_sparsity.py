"""Sparse constants whose layout contradicts itself, one edit away from a good one."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.model import Table, Tensor
from kernels.tflite.schema import ENUMS
from kernels.tflite.verify_sparsity import verify_sparsity

DENSE, SPARSE = (ENUMS["DimensionType"][name] for name in ("DENSE", "SPARSE_CSR"))


def dense(size):
    return Table("DimensionMetadata", {"format": DENSE, "dense_size": size})


def csr(segments, indices):
    def vector(values):
        return Table("Int32Vector", {"values": np.int32(values)})

    fields = {
        "format": SPARSE,
        "array_segments": vector(segments),
        "array_indices": vector(indices),
    }
    return Table("DimensionMetadata", fields)


def layout(order, dimensions, blocks=()):
    return Table(
        "SparsityParameters",
        {
            "traversal_order": np.int32(order),
            "block_map": np.int32(blocks),
            "dim_metadata": tuple(dimensions),
        },
    )


def check(sparsity, stored, shape=(3, 4), element_type="FLOAT32"):
    verify_sparsity(Tensor("t", element_type, shape), sparsity, stored, "Tensor 't'")


ROWS = csr([0, 2, 2, 3], [0, 3, 1])
"""[[a, 0, 0, b], [0, 0, 0, 0], [0, c, 0, 0]]"""
GOOD = layout([0, 1], [dense(3), ROWS])
BLOCKS = layout([0, 1, 2, 3], [dense(2), csr([0, 1, 2], [0, 1]), dense(2), dense(2)], [0, 1])
"""Blocks of 2 x 2 in a matrix 4 x 4, two of them stored."""


@pytest.mark.parametrize(
    ("sparsity", "stored", "shape", "element_type"),
    [
        (GOOD, 12, (3, 4), "FLOAT32"),
        (GOOD, 3, (3, 4), "INT8"),
        (layout([1, 0], [dense(3), ROWS]), 12, (4, 3), "FLOAT32"),
        (layout([0, 1], [dense(3), dense(4)]), 48, (3, 4), "FLOAT32"),
        (layout([0, 1], [dense(3), csr([0, 0, 0, 0], [])]), 0, (3, 4), "FLOAT32"),
        (BLOCKS, 32, (4, 4), "FLOAT32"),
        (layout([], []), 4, (), "FLOAT32"),
    ],
)
def test_good(sparsity, stored, shape, element_type):
    check(sparsity, stored, shape, element_type)


@pytest.mark.parametrize(
    ("sparsity", "message"),
    [
        (layout([0], [dense(3), ROWS]), "traversed in the order"),
        (layout([0, 0], [dense(3), ROWS]), "traversed in the order"),
        (layout([0, 2], [dense(3), ROWS]), "traversed in the order"),
        (layout([0, -1], [dense(3), ROWS]), "traversed in the order"),
        (layout([0, 1], [dense(3)]), "1 levels of sparsity"),
        (layout([0, 1], [dense(4), ROWS]), "dense_size 4 instead of 3"),
        (layout([0, 1], [dense(-3), ROWS]), "dense_size -3"),
        (layout([0, 1], [dense(3), csr([0, 2, 3], [0, 3, 1])]), "3 segments for 3 rows"),
        (layout([0, 1], [dense(3), csr([1, 2, 2, 3], [0, 3, 1])]), "segments for 3 rows"),
        (layout([0, 1], [dense(3), csr([0, 2, 2, 9], [0, 3, 1])]), "and 3 indices"),
        (layout([0, 1], [dense(3), csr([0, 3, 2, 3], [0, 3, 1])]), "segments for 3 rows"),
        (layout([0, 1], [dense(3), csr([0, 2, 2, 3], [0, 4, 1])]), "outside of its 4"),
        (layout([0, 1], [dense(3), csr([0, 2, 2, 3], [-1, 3, 1])]), "outside of its 4"),
        (layout([0, 1], [dense(3), csr([0, 2, 2, 3], [3, 0, 1])]), "do not ascend"),
        (layout([0, 1], [dense(3), csr([0, 2, 2, 3], [3, 3, 1])]), "do not ascend"),
        (layout([0, 1, 2], [dense(3), ROWS, dense(2)], [7]), "block map"),
        (layout([0, 1, 2], [dense(3), ROWS, dense(0)], [0]), "block of size 0"),
        (layout([0, 1, 2], [dense(3), ROWS, dense(2)], [0]), "blocks of 2 on dimension 0 of 3"),
        (layout([0, 1, 2, 3], [dense(3), ROWS, dense(1), dense(1)], [0, 0]), "block map"),
    ],
)
def test_contradictions(sparsity, message):
    with pytest.raises(ModelError, match=f"Tensor 't'.*{message}"):
        check(sparsity, 12)


@pytest.mark.parametrize("stored", [0, 8, 16])
def test_another_number_of_values(stored):
    with pytest.raises(ModelError, match=f"{stored} bytes of sparse values instead of 12"):
        check(GOOD, stored)
