"""Every operator against frozen outputs of LiteRT, which need no LiteRT."""

from pathlib import Path

import pytest

from kernels.node import NUMERICS
from kernels.operators import OPERATORS as TABLE
from tools.conformance.golden import Golden, key_of, read_golden
from tools.conformance.runner import FAILED, PASSED, REFUSED, trials
from tools.conformance.suite import OPERATORS, cases
from tools.conformance.tiers import EXACT

GOLDEN = Path(__file__).with_name("golden.npz")
MOST_BYTES = 600_000
FEWEST_CASES = 3000


@pytest.mark.parametrize("operator", OPERATORS)
def test_equals_what_litert_computed(operator):
    outcomes = list(read_golden(GOLDEN).outcomes(cases(operator)))
    failed = [(o.case.text, o.numerics, o.detail) for o in outcomes if o.status == FAILED]
    assert not failed


def test_the_file_has_most_cases_and_is_small():
    golden = read_golden(GOLDEN)
    assert GOLDEN.stat().st_size <= MOST_BYTES
    assert len(golden.digests) + len(golden.values) >= FEWEST_CASES * len(NUMERICS)
    assert set(golden.record) == {"cpu", "litert"}


def test_every_operator_has_cases():
    assert set(OPERATORS) == {name for name, facts in TABLE.items() if facts.kernel is not None}


def test_the_file_is_of_these_cases():
    """A generator that changed needs a new file: the keys are digests of models and inputs."""
    golden = read_golden(GOLDEN)
    statuses = [o.status for o in golden.outcomes(cases("CONV_2D"))]
    assert statuses.count(PASSED) > 0.9 * len(statuses)


def test_a_wrong_output_fails():
    trial = next(t for t in trials(cases("ADD")) if t.tier.name == EXACT)
    golden = Golden({key_of(trial): 1}, {}, {})
    found = [o.status for o in golden.outcomes(cases("ADD"))]
    assert found.count(FAILED) == 1
    assert set(found) == {FAILED, REFUSED}


def test_what_is_written_is_read(tmp_path):
    golden = read_golden(GOLDEN)
    content = golden.to_bytes()
    assert content == read_golden(GOLDEN).to_bytes()
    (tmp_path / "again.npz").write_bytes(content)
    again = read_golden(tmp_path / "again.npz")
    assert again.digests == golden.digests
    assert again.record == golden.record
