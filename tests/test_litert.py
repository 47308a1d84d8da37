"""LiteRT in processes of their own: it answers, refuses, crashes and hangs, and all go on."""

import os
import time
from dataclasses import dataclass

import numpy as np
import pytest

from kernels.tflite.writer import model_bytes
from tests.build_model import single_operator, tensor
from tools import litert

pytestmark = pytest.mark.skipif(
    litert.version() is None, reason="needs LiteRT: pip install ai-edge-litert"
)


@dataclass(frozen=True)
class Crash:
    def compute(self):
        os.abort()


@dataclass(frozen=True)
class Hang:
    def compute(self):
        time.sleep(3600)


def absolute(values):
    model = single_operator("ABS", [tensor("x", (3,))], [tensor("y", (3,))])
    return litert.Request(model_bytes(model), [{"x": np.float32(values)}], "reference")


def test_answers_come_in_order():
    asked = [absolute([-n, n, 0]) for n in range(20)]
    answers = list(litert.answers(asked))
    assert [answer[0].tolist() for answer in answers] == [[n, n, 0] for n in range(20)]


def test_a_refusal_is_an_answer():
    refused = litert.Request(b"no model", [{}], "reference")
    first, second = litert.answers([refused, absolute([-1, 2, 3])])
    assert isinstance(first, litert.Refusal)
    assert second[0].tolist() == [1, 2, 3]


def test_a_crash_is_an_answer_and_the_next_is_served():
    first, second = litert.answers([Crash(), absolute([-1, 2, 3])], workers=1)
    assert first == litert.Refusal("LiteRT crashed")
    assert second[0].tolist() == [1, 2, 3]


def test_a_hang_is_ended(monkeypatch):
    monkeypatch.setattr(litert, "_STARTUP_SECONDS", 10.0)
    monkeypatch.setattr(litert, "_SECONDS", 0.2)
    asked = [absolute([1, 1, 1]), Hang()]
    _, hung = litert.answers(asked, workers=1)
    assert "more than 0.2 s" in hung.reason
