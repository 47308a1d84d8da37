"""Random shapes: flat programs with 1, 2 and 3 threads equal plain kernels to the bit, by every
instruction set of this machine. Long runs are in docs/safety.md."""

from itertools import count

import numpy as np
import pytest

from kernels.isa import CHOICE
from tests.shape_sweep import FAMILIES, case, check, main
from tests.tiles import USABLE

CASES = 40 * len(FAMILIES)


def test_cases_are_repeatable_and_differ():
    (model, feeds), (again, same) = case(7), case(7)
    assert model == again
    np.testing.assert_array_equal(feeds[0], same[0])
    assert len({str(case(number)[0].subgraphs) for number in range(CASES)}) > 0.9 * CASES


@pytest.mark.parametrize("isa", USABLE)
def test_flat_programs_equal_plain_kernels(isa, monkeypatch):
    monkeypatch.setenv(CHOICE, isa)
    ended = [check(number) for number in range(CASES)]
    assert ended.count("ran") > 0.9 * CASES


def test_a_case_that_departs_is_told(monkeypatch, capsys):
    numbers = count()
    monkeypatch.setattr("tests.shape_sweep.bits", lambda values: np.array([next(numbers)]))
    assert main(2, 1) == 2
    assert "case 1, depthwise" in capsys.readouterr().out
