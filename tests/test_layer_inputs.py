import numpy as np
import pytest

from kernels.errors import DataError
from kernels.interpreter import Interpreter
from quant.layer_inputs import channel_means, layer_inputs
from tests.control_flow_models import LOOP_SIZE, loop
from tests.dense_model import FEATURES, HIDDEN, dense_model
from tests.float_models import BATCH

DRAW = np.random.default_rng(9)
SAMPLES = [{"x": DRAW.normal(size=(1, FEATURES)).astype(np.float32)} for _ in range(3)]


def test_inputs_come_sample_by_sample():
    model = dense_model()
    hidden = model.subgraphs[0].operators[0].outputs[0]
    found = layer_inputs(model, iter(SAMPLES), [(0, 0), (0, 1)])
    for sample, read in zip(SAMPLES, found, strict=True):
        ((x, *constants),) = read[0, 0]
        np.testing.assert_array_equal(x, sample["x"])
        assert constants == [None, None]
        values = Interpreter(model).invoke_all(**sample)
        np.testing.assert_array_equal(read[0, 1][0][0], values[0, hidden])


def test_every_turn_of_a_loop():
    model = loop()
    x = DRAW.normal(size=(BATCH, LOOP_SIZE)).astype(np.float32)
    names = [operator.name for operator in model.subgraphs[2].operators]
    place = (2, names.index("TANH"))
    product = (2, model.subgraphs[2].operators[place[1]].inputs[0])
    (found,) = layer_inputs(model, [{"x": x}], [place])
    assert len(found[place]) == 3
    np.testing.assert_array_equal(found[place][-1][0], Interpreter(model).invoke_all(x=x)[product])


def test_an_operator_that_does_not_run_is_absent():
    model = loop()
    x = DRAW.normal(size=(BATCH, LOOP_SIZE)).astype(np.float32)
    (found,) = layer_inputs(model, [{"x": x}], [])
    assert found == {}


def test_means_by_channel():
    model = dense_model()
    hidden = (0, model.subgraphs[0].operators[0].outputs[0])
    found = channel_means(model, SAMPLES, [hidden])
    rows = [Interpreter(model).invoke_all(**sample)[hidden] for sample in SAMPLES]
    assert found[hidden].shape == (HIDDEN,)
    np.testing.assert_allclose(found[hidden], np.concatenate(rows).mean(0, np.float64), rtol=1e-12)


def test_means_are_over_all_turns_and_rows():
    model = loop()
    x = DRAW.normal(size=(BATCH, LOOP_SIZE)).astype(np.float32)
    place = (2, model.subgraphs[2].inputs[1])
    turns = [read[(2, 0)] for read in layer_inputs(model, [{"x": x}], [(2, 0)])]
    assert turns
    found = channel_means(model, [{"x": x}], [place])[place]
    (reads,) = (read[2, 1] for read in layer_inputs(model, [{"x": x}], [(2, 1)]))
    values = np.concatenate([next(v for v in inputs if v is not None) for inputs in reads])
    np.testing.assert_allclose(found, values.mean(axis=0, dtype=np.float64), rtol=1e-12)


def test_no_samples():
    with pytest.raises(DataError, match="no samples"):
        channel_means(dense_model(), [], [(0, 0)])
    assert list(layer_inputs(dense_model(), [], [(0, 0)])) == []
