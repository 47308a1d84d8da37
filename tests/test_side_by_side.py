"""Two models side by side compute what each computes alone, from wherever they are continued."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.signatures import signatures_of
from quant import side_by_side
from quant.sequential_rounding import restored_model
from quant.side_by_side import advanced, beginning, run_pairs
from tests.layered_model import layered, layered_samples
from tests.stored_weights import stored

MODEL = layered()
OTHER = restored_model(MODEL, stored(MODEL)[1])
SAMPLES = layered_samples(3)
LAST = len(MODEL.subgraphs[0].operators)


def start():
    return beginning(SAMPLES, signatures_of(MODEL)["serving_default"])


def alone(model):
    return [Interpreter(model).invoke_all(**sample) for sample in SAMPLES]


@pytest.mark.parametrize("position", range(LAST + 1))
def test_from_every_checkpoint(position):
    models = MODEL, OTHER
    checkpoint = advanced(start(), models, position)
    assert checkpoint.position == position
    tensors = MODEL.subgraphs[0].outputs
    for number, pair in enumerate(run_pairs(checkpoint, models, LAST, tensors)):
        for model, values in zip(models, pair, strict=True):
            for t in tensors:
                np.testing.assert_allclose(
                    values[t], alone(model)[number][0, t], rtol=1e-5, atol=1e-5
                )


def test_what_takes_too_much_memory_is_computed_again(monkeypatch):
    monkeypatch.setattr(side_by_side, "KEPT_BYTES", 1000)
    first = start()
    assert advanced(first, (MODEL, OTHER), 2) is first
    pairs = [*run_pairs(first, (MODEL, OTHER), 2, MODEL.subgraphs[0].operators[2].inputs)]
    assert len(pairs) == len(SAMPLES)


def test_samples_are_given_to_both():
    first = start()
    for (one, other), sample in zip(
        run_pairs(first, (MODEL, OTHER), 0, first.tensors), SAMPLES, strict=True
    ):
        assert one.keys() == other.keys() == {*first.tensors}
        np.testing.assert_array_equal(one[first.tensors[0]], sample["x"])
