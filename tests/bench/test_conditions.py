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
    assert (tmp_path / conditions.FILE).exists()
