"""RNNs as instructions equal their plain kernel to the bit, by every instruction set of this
machine."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.activation import NONE, RELU, RELU6, RELU_N1_TO_1, SIGN_BIT, TANH
from kernels.isa import CHOICE
from tests.hybrid import FLOAT, PER_CHANNEL, PER_TENSOR
from tests.recurrent_models import assert_invocations_equal, assert_left_to_kernels
from tests.test_rnn import Case, single, unidirectional
from tests.tiles import USABLE

SIZES = [
    Case(),
    Case(batch=1, time=1, inputs=1, units=1, activation=TANH),
    Case(batch=1, time=7, inputs=66, units=130, activation=TANH),
    Case(batch=3, time=4, inputs=17, units=21, time_major=True, activation=RELU),
    Case(batch=9, time=2, inputs=3, units=6, activation=RELU_N1_TO_1),
    Case(activation=NONE),
]
KINDS = [(FLOAT, False), (PER_TENSOR, False), (PER_TENSOR, True), (PER_CHANNEL, True)]


@pytest.fixture(params=USABLE)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


@pytest.mark.parametrize(("kind", "asymmetric"), KINDS)
@pytest.mark.parametrize("case", SIZES)
@pytest.mark.usefixtures("isa")
def test_sequences(case, kind, asymmetric):
    model, feeds, _ = unidirectional(replace(case, kind=kind, asymmetric=asymmetric))
    assert_invocations_equal(model, feeds)


@pytest.mark.parametrize(("kind", "asymmetric"), KINDS)
@pytest.mark.usefixtures("isa")
def test_single_steps(kind, asymmetric):
    model, feeds = single(Case(kind=kind, asymmetric=asymmetric, activation=RELU6))
    assert_invocations_equal(model, feeds)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR])
def test_what_is_not_finite(kind, bad):
    model, feeds, _ = unidirectional(Case(batch=3, kind=kind))
    feeds[0][0][1, 1, 2] = bad
    assert_invocations_equal(model, feeds)


def test_an_activation_that_is_no_clamp_stays_with_the_kernel():
    model, feeds, _ = unidirectional(Case(activation=SIGN_BIT))
    assert_left_to_kernels(model, feeds)
