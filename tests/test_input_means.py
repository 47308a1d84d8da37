"""The means of what linear operators read, against NumPy's of the values of a run."""

import numpy as np
import pytest

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from quant.input_means import input_means
from tests.build_model import Operation, graph, tensor
from tests.control_flow_models import LOOP_SIZE, loop
from tests.dense_model import FEATURES, dense_model
from tests.float_models import BATCH, normal

DRAW = np.random.default_rng(3)
SAMPLES = [{"x": DRAW.normal(size=(1, FEATURES)).astype(np.float32)} for _ in range(4)]


def test_a_row_for_each_sample():
    model = dense_model()
    means = input_means(model, iter(SAMPLES))
    linear = [o for o, each in enumerate(model.subgraphs[0].operators) if "CONN" in each.name]
    assert sorted(means) == [(0, o) for o in linear]
    for number, sample in enumerate(SAMPLES):
        values = Interpreter(model).invoke_all(**sample)
        for (s, o), found in means.items():
            read = values[s, model.subgraphs[s].operators[o].inputs[0]]
            np.testing.assert_allclose(found[number], read.mean(axis=0), rtol=1e-6)


def test_an_operand_that_the_weight_sees_flattened():
    x, y = tensor("x", (1, 2, 5)), tensor("y", (1, 3))
    model = graph([Operation("FULLY_CONNECTED", [x, normal("w", 3, 10), None], [y], {})], [x], [y])
    sample = {"x": np.arange(10, dtype=np.float32).reshape(1, 2, 5)}
    np.testing.assert_array_equal(input_means(model, [sample])[0, 0], [np.arange(10)])


def test_turns_of_a_loop_are_one_sample():
    sample = {"x": DRAW.normal(size=(BATCH, LOOP_SIZE)).astype(np.float32)}
    means = input_means(loop(), [sample, sample])
    inner = [found for (s, _), found in means.items() if s]
    assert inner
    for found in inner:
        assert len(found) == 2
        np.testing.assert_array_equal(found[0], found[1])


def test_no_samples():
    with pytest.raises(DataError, match="no samples"):
        input_means(dense_model(), [])
