import numpy as np

from kernels.interpreter import Interpreter
from kernels.tflite.reader import read_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests import oracle
from tools.bench.fused_lstm import fused_lstm, write_fused_lstm

STEPS, CELLS = 3, 64


def steps_of(x):
    return np.random.default_rng(1).standard_normal(x).astype(np.float32)


def test_both_kinds_run_as_in_litert():
    x = steps_of((1, STEPS, CELLS))
    for hybrid in (False, True):
        model = fused_lstm(STEPS, CELLS, hybrid=hybrid)
        (ours,) = Interpreter(model).invoke(x=x).values()
        (theirs,) = oracle.litert(model, [x])
        assert ours.shape == (1, STEPS, CELLS)
        assert np.max(np.abs(ours - theirs)) < 1e-5


def test_the_hybrid_model_is_near_the_float_one():
    x = steps_of((1, STEPS, CELLS))
    exact, hybrid = (
        Interpreter(fused_lstm(STEPS, CELLS, hybrid=kind)).invoke(x=x)["y"]
        for kind in (False, True)
    )
    assert 0 < np.max(np.abs(exact - hybrid)) < 0.02


def test_it_is_what_the_quantizer_makes_of_the_float_one_with_the_converters_steps():
    recipe = Recipe(clipping="min_max", rounding="nearest")
    made = quantize(fused_lstm(STEPS, CELLS), recipe).model
    expected = fused_lstm(STEPS, CELLS, hybrid=True)
    (ours,), (theirs,) = (m.subgraphs[0].operators for m in (made, expected))
    assert ours.version == theirs.version
    x = steps_of((1, STEPS, CELLS))
    assert np.array_equal(
        Interpreter(made).invoke(x=x)["y"], Interpreter(expected).invoke(x=x)["y"]
    )


def test_the_file_is_the_size_of_the_measured_models(tmp_path):
    write_fused_lstm(tmp_path / "m.tflite")
    model = read_model(tmp_path / "m.tflite")
    assert model.subgraphs[0].tensors[0].shape == (1, 100, 512)
