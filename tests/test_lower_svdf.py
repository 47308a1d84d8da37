"""SVDF as instructions equals its plain kernel to the bit, by every instruction set of this
machine."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.activation import RELU, SIGN_BIT, TANH
from kernels.isa import CHOICE
from tests.hybrid import FLOAT, PER_TENSOR
from tests.recurrent_models import assert_invocations_equal, assert_left_to_kernels
from tests.test_svdf import Case, model
from tests.tiles import USABLE

SIZES = [
    Case(1, 1, 1, 1, 1),
    Case(2, 5, 4, 1, 3),
    Case(3, 17, 9, 2, 10, activation=RELU),
    Case(1, 40, 64, 5, 8, has_bias=False),
    Case(2, 8, 3, 9, 6, activation=TANH),
]
KINDS = [(FLOAT, False), (PER_TENSOR, False), (PER_TENSOR, True)]


@pytest.fixture(params=USABLE)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


@pytest.mark.parametrize(("kind", "asymmetric"), KINDS)
@pytest.mark.parametrize("case", SIZES)
@pytest.mark.usefixtures("isa")
def test_it_remembers(case, kind, asymmetric):
    made, feeds, *_ = model(replace(case, kind=kind, asymmetric=asymmetric))
    assert_invocations_equal(made, feeds)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR])
def test_what_is_not_finite(kind, bad):
    made, feeds, *_ = model(Case(3, 17, 9, 2, 4, kind=kind))
    feeds[0][0][1, 2] = bad
    assert_invocations_equal(made, feeds)


def test_an_activation_that_is_no_clamp_stays_with_the_kernel():
    made, feeds, *_ = model(Case(2, 5, 4, 1, 3, activation=SIGN_BIT))
    assert_left_to_kernels(made, feeds)
