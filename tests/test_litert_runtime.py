"""LiteRT behind the manners of our interpreter gives what our interpreter gives."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.interpreter import Interpreter
from quant.evaluation_data import EvaluationData
from quant.sample_outputs import BATCH, sample_outputs
from tests.dense_model import FEATURES, write_dense_model
from tools import litert
from tools.litert_runtime import LiteRtRuntime

X = np.random.default_rng(3).standard_normal((BATCH + 3, FEATURES)).astype(np.float32)

if litert.version() is None:
    pytest.skip("needs LiteRT: pip install ai-edge-litert", allow_module_level=True)


@pytest.mark.parametrize("numerics", ["xnnpack", "reference"])
def test_outputs(tmp_path, numerics):
    path = write_dense_model(tmp_path)
    data = EvaluationData({"x": X})
    ours = sample_outputs(Interpreter(path, numerics), data)
    theirs = sample_outputs(LiteRtRuntime(path, numerics), data)
    assert np.allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_threads(tmp_path):
    runtime = LiteRtRuntime(write_dense_model(tmp_path), num_threads=2)
    data = EvaluationData({"x": np.tile(X, (5, 1))})
    outputs = sample_outputs(runtime, data)
    assert np.array_equal(outputs[: len(X)], outputs[len(X) : 2 * len(X)])


def test_a_refusal_names_the_model(tmp_path):
    runtime = LiteRtRuntime(write_dense_model(tmp_path))
    name = next(iter(runtime.signature().inputs))
    with pytest.raises(ModelError, match="LiteRT refuses it"):
        runtime.invoke(**{name: X[:, :3]})
