"""Weights that become int8 together or not at all."""

import pytest

from quant import decision
from tests import float_models
from tests.float_models import (
    lstm,
)
from tests.planned import entries, reasons


@pytest.fixture(autouse=True)
def hybrid_wherever_possible(monkeypatch):
    """Whether it gains is ``test_hybrid_gain``'s."""
    monkeypatch.setattr(decision, "slow_hybrids", lambda model, target: {})


def test_lstm_is_all_or_nothing():
    quantized = {n for n, e in entries(lstm(peephole=True)).items() if e.is_quantized}
    assert quantized == {"wi", "wf", "wc", "wo", "ri", "rf", "rc", "ro", "pi", "pf", "po"}
    kept = reasons(lstm(peephole=True), keep_float=("^rc$",))
    assert kept["rc"] == "kept float: regex ^rc$"
    assert kept["wi"] == (
        "kept float: UNIDIRECTIONAL_SEQUENCE_LSTM wants every weight int8 or none; 'rc' cannot be"
    )


def test_weights_of_an_lstm_count_together():
    small = lstm(cells=12, inputs=12)
    assert entries(small, min_elements=1152, min_saving=1)["wi"].is_quantized
    assert entries(small, min_elements=1153, min_saving=1)["wi"].scheme == "float16"


def test_svdf_is_all_or_nothing_only_where_it_is_hybrid():
    kept = entries(float_models.svdf(), keep_float=("^t$",))
    assert not kept["w"].is_quantized
    micro = entries(float_models.svdf(), keep_float=("^t$",), target_runtime="tflite_micro")
    assert micro["w"].is_quantized
