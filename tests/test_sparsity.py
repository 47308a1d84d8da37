"""Sparse constants: encoded by a loop, made dense by the runtime and by LiteRT's DENSIFY."""

from itertools import product

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.interpreter import Interpreter
from kernels.model import Table
from kernels.node import NUMERICS
from tests.build_model import Operation, Value, graph, tensor
from tests.oracle import litert

DENSE, CSR = 0, 1


def encoded(values, order, blocks, csr):
    """The stored values and their SparsityParameters.

    ``order`` of the levels: dimensions, then blocks; ``blocks``: dimension -> block size;
    ``csr``: the levels, in the order of traversal, that are not dense.
    """
    rank, sizes = values.ndim, list(values.shape)
    for axis, size in blocks.items():
        sizes[axis] //= size
    sizes += blocks.values()

    def element(index):
        place = list(index[:rank])
        for number, (axis, size) in enumerate(blocks.items()):
            place[axis] = place[axis] * size + index[rank + number]
        return values[tuple(place)]

    def occupied(prefix):
        ranges = [range(sizes[axis]) for axis in order[len(prefix) :]]
        full = ((*prefix, *rest) for rest in product(*ranges))
        return any(element([index[order.index(a)] for a in range(len(order))]) for index in full)

    prefixes, levels = [()], []
    for level, axis in enumerate(order):
        children = [list(range(sizes[axis])) for _ in prefixes]
        if level in csr:
            children = [
                [i for i in of if occupied((*prefix, i))]
                for prefix, of in zip(prefixes, children, strict=True)
            ]
            ends = np.cumsum([0, *map(len, children)])
            indices = [i for of in children for i in of]
            levels.append(csr_level(ends, indices))
        else:
            levels.append(Table("DimensionMetadata", {"format": DENSE, "dense_size": sizes[axis]}))
        prefixes = [(*p, i) for p, of in zip(prefixes, children, strict=True) for i in of]
    stored = [element([p[order.index(a)] for a in range(len(order))]) for p in prefixes]
    table = Table(
        "SparsityParameters",
        {
            "traversal_order": np.int32(order),
            "block_map": np.int32(list(blocks)),
            "dim_metadata": tuple(levels),
        },
    )
    return np.asarray(stored, values.dtype), table


def csr_level(ends, indices):
    return Table(
        "DimensionMetadata",
        {
            "format": CSR,
            "array_segments": Table("Int32Vector", {"values": np.int32(ends)}),
            "array_indices": Table("Int32Vector", {"values": np.int32(indices)}),
        },
    )


CASES = [
    ((4,), (0,), {}, {0}),
    ((3, 5), (0, 1), {}, {1}),
    ((3, 5), (1, 0), {}, {1}),
    ((4, 8), (0, 1, 2), {1: 4}, {1}),
    ((4, 8), (0, 1, 2, 3), {0: 2, 1: 4}, {1}),
    ((2, 3, 4, 3), (0, 1, 2, 3), {}, {1, 3}),
]


def model(values, stored, table):
    """DENSIFY of the constant, which keeps both runtimes from taking it for dense, plus x."""
    sparse = Value(tensor("w", values.shape, "FLOAT32", sparsity=table).tensor, stored.tobytes())
    dense, x, y = (tensor(name, values.shape) for name in ("dense", "x", "y"))
    return graph(
        [Operation("DENSIFY", [sparse], [dense]), Operation("ADD", [dense, x], [y])], [x], [y]
    )


@pytest.mark.parametrize("fill", [0, 0.4, 1])
@pytest.mark.parametrize(("shape", "order", "blocks", "csr"), CASES)
def test_densified(shape, order, blocks, csr, fill):
    rng = np.random.default_rng(3)
    values = (rng.standard_normal(shape) * (rng.random(shape) < fill)).astype(np.float32)
    values.flat[0] = 1
    stored, table = encoded(values, order, blocks, csr)
    made, x = model(values, stored, table), np.zeros(shape, np.float32)
    for numerics in NUMERICS:
        np.testing.assert_array_equal(Interpreter(made, numerics).invoke(x=x)["y"], values)
        np.testing.assert_array_equal(litert(made, [x], numerics)[0], values)


@pytest.mark.parametrize(
    ("ends", "indices"), [([0, 1, 2], [0]), ([0, 1], [0, 1]), ([0, 1, 2], [0, 5]), ([0, 2, 1], [0])]
)
def test_levels_that_do_not_fit(ends, indices):
    values = np.eye(2, dtype=np.float32)
    _, table = encoded(values, (0, 1), {}, {1})
    levels = (table.fields["dim_metadata"][0], csr_level(ends, indices))
    broken = Table(table.name, {**table.fields, "dim_metadata": levels})
    with pytest.raises(ModelError, match="spars"):
        Interpreter(model(values, np.ones(len(indices), np.float32), broken))
