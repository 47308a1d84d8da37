"""LSTMs as instructions equal their plain kernel to the bit, by every instruction set of this
machine."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.activation import NONE
from kernels.isa import CHOICE
from tests.hybrid import FLOAT, PER_CHANNEL, PER_TENSOR
from tests.recurrent_models import assert_invocations_equal, assert_left_to_kernels
from tests.test_lstm import Case, single, unidirectional
from tests.tiles import USABLE

SIZES = [
    Case(),
    Case(batch=1, time=1, inputs=1, cells=4),
    Case(batch=1, time=7, inputs=66, cells=132),
    Case(batch=4, time=4, inputs=17, cells=21, time_major=True),
    Case(batch=2, time=5, inputs=8, cells=64, coupled=True),
    Case(batch=9, time=2, inputs=3, cells=12, cell_clip=0.3),
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
@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.usefixtures("isa")
def test_single_steps(coupled, kind, asymmetric):
    model, feeds = single(Case(kind=kind, asymmetric=asymmetric, coupled=coupled))[:2]
    assert_invocations_equal(model, feeds)


@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR])
def test_threads(kind):
    model, feeds, _ = unidirectional(Case(batch=5, time=6, inputs=40, cells=300, kind=kind))
    assert_invocations_equal(model, feeds * 3, num_threads=3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("kind", "asymmetric"), KINDS)
def test_what_is_not_finite(kind, asymmetric, bad):
    model, feeds, _ = unidirectional(Case(batch=3, kind=kind, asymmetric=asymmetric))
    feeds[0][0][1, 1, 2] = bad
    assert_invocations_equal(model, feeds)


@pytest.mark.parametrize("scale", [0, 1e-38, 1e-30, 1e4])
@pytest.mark.parametrize(("kind", "asymmetric"), KINDS)
def test_small_and_large_inputs(kind, asymmetric, scale):
    model, feeds, _ = unidirectional(Case(kind=kind, asymmetric=asymmetric))
    assert_invocations_equal(model, [[x * np.float32(scale) for x in feed] for feed in feeds])


@pytest.mark.parametrize(
    "case",
    [
        Case(peephole=True),
        Case(projected=4),
        Case(norm=True),
        Case(cells=21),
        Case(batch=3, cells=21, time_major=True),
    ],
    ids=["peephole", "projection", "layer normalization", "no whole vectors", "nor of a batch"],
)
def test_layers_that_stay_with_the_kernel(case):
    model, feeds, _ = unidirectional(case)
    assert_left_to_kernels(model, feeds)


def test_another_activation_stays_with_the_kernel():
    class Other(Case):
        @property
        def options(self):
            return {**super().options, "fused_activation_function": NONE}

    model, feeds, _ = unidirectional(Other())
    assert_left_to_kernels(model, feeds)


def test_a_longer_sequence_and_another_batch():
    model, feeds, _ = unidirectional(Case(batch=2, time=3))
    x = np.concatenate([feeds[0][0]] * 2)
    assert_invocations_equal(model, [feeds[0], [x], feeds[1]])


def test_turns_are_no_loops_of_the_model():
    from kernels.interpreter import Interpreter
    from kernels.limits import Limits

    model, feeds, _ = unidirectional(Case(time=9))
    interpreter = Interpreter(model, limits=Limits(loop_iterations=0))
    assert interpreter.invoke(x=feeds[0][0])["y"].shape == (2, 9, 8)
