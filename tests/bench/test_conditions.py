import pytest

from kernels.errors import InputError
from tests.bench import recorded
from tools.bench import conditions
from tools.bench.conditions import Conditions
from tools.bench.peaks import Peaks

PEAKS = Peaks(**recorded.CONDITIONS["peaks"])


def test_conditions_are_measured_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(conditions, "machine", lambda: recorded.MACHINE)
    monkeypatch.setattr(conditions, "measure_peaks", lambda: PEAKS)
    monkeypatch.setattr(conditions, "compile_seconds", lambda: 12.25)
    made = conditions.measure_conditions(tmp_path)
    assert made == Conditions.from_json(recorded.CONDITIONS)
    assert conditions.read_conditions(tmp_path) == made


def test_a_folder_where_nothing_was_measured_is_an_error(tmp_path):
    with pytest.raises(InputError, match="Nothing of the zoo"):
        conditions.read_conditions(tmp_path)
