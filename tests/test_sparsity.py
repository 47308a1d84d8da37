"""Sparse constants: encoded by a loop, made dense by the runtime and by LiteRT's DENSIFY."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.interpreter import Interpreter
from kernels.model import Table
from kernels.node import NUMERICS
from tests.build_model import Operation, Value, graph, tensor
from tests.oracle import litert
from tools.conformance.sparse_constant import Encoding, csr_level, encoded, sparse_constant

CASES = [
    ((4,), (0,), {}, {0}),
    ((3, 5), (0, 1), {}, {1}),
    ((3, 5), (1, 0), {}, {1}),
    ((4, 8), (0, 1, 2), {1: 4}, {1}),
    ((4, 8), (0, 1, 2, 3), {0: 2, 1: 4}, {1}),
    ((2, 3, 4, 3), (0, 1, 2, 3), {}, {1, 3}),
]


def model(sparse):
    """DENSIFY of the constant, which keeps both runtimes from taking it for dense, plus x."""
    dense, x, y = (tensor(name, sparse.tensor.shape) for name in ("dense", "x", "y"))
    return graph(
        [Operation("DENSIFY", [sparse], [dense]), Operation("ADD", [dense, x], [y])], [x], [y]
    )


@pytest.mark.parametrize("fill", [0, 0.4, 1])
@pytest.mark.parametrize(("shape", "order", "blocks", "csr"), CASES)
def test_densified(shape, order, blocks, csr, fill):
    rng = np.random.default_rng(3)
    values = (rng.standard_normal(shape) * (rng.random(shape) < fill)).astype(np.float32)
    values.flat[0] = 1
    sparse = sparse_constant("w", Encoding(values, order, blocks, csr))
    made, x = model(sparse), np.zeros(shape, np.float32)
    for numerics in NUMERICS:
        np.testing.assert_array_equal(Interpreter(made, numerics).invoke(x=x)["y"], values)
        np.testing.assert_array_equal(litert(made, [x], numerics)[0], values)


@pytest.mark.parametrize(
    ("ends", "indices"), [([0, 1, 2], [0]), ([0, 1], [0, 1]), ([0, 1, 2], [0, 5]), ([0, 2, 1], [0])]
)
def test_levels_that_do_not_fit(ends, indices):
    values = np.eye(2, dtype=np.float32)
    _, table = encoded(Encoding(values, (0, 1), {}, {1}))
    stored = np.ones(len(indices), np.float32)
    levels = (table.fields["dim_metadata"][0], csr_level(ends, indices))
    broken = Table(table.name, {**table.fields, "dim_metadata": levels})
    with pytest.raises(ModelError, match="spars"):
        Interpreter(model(Value(tensor("w", (2, 2), sparsity=broken).tensor, stored.tobytes())))
