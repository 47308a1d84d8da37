"""A counted runtime computes what the other does, on any number of threads, and counts each run."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from quant.evaluation_data import EvaluationData
from quant.sample_outputs import sample_outputs
from tests.dense_model import FEATURES, dense_model
from tools.counted_runtime import CountedRuntime

ROWS = np.random.default_rng(3).standard_normal((12, FEATURES)).astype(np.float32)


@pytest.mark.parametrize("threads", [1, 2])
def test_runs_are_counted_and_not_changed(threads):
    data, ticks = EvaluationData({"x": ROWS}), []
    run = Interpreter(dense_model(), num_threads=threads)
    counted = CountedRuntime(run, lambda: ticks.append(1))
    np.testing.assert_array_equal(sample_outputs(counted, data), sample_outputs(run, data))
    assert len(ticks) == len(ROWS)
    assert counted.signature() == run.signature()
