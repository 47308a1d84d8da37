import json

import pytest

from tests.bench import recorded
from tests.dense_model import write_dense_model
from tools.bench import record
from tools.bench.record import Record
from tools.bench.variant import add_ours

RECORD = Record.from_json(recorded.record())


def test_json_gives_the_same_record():
    assert Record.from_json(json.loads(json.dumps(RECORD.to_json()))) == RECORD


def test_a_folder_that_was_not_measured_has_no_record(tmp_path):
    assert record.read_record(tmp_path) is None


def test_a_model_is_measured_in_full_and_the_record_kept(tmp_path, monkeypatch):
    pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")
    monkeypatch.setattr(record, "start_seconds", lambda runtime, path: 0.5)
    monkeypatch.setattr(record, "memory", lambda runtime, path: {"held": 1, "peak": 2})
    add_ours(write_dense_model(tmp_path), tmp_path)
    made = record.make_record("dense", tmp_path, [1, 2], seconds=0)
    assert record.read_record(tmp_path) == made
    assert made.measurement.differences.keys() == {"float", "ours"}
    assert made.memory["litert"]["float"] == {"held": 1, "peak": 2}
    assert made.first_result == {"litert": 0.5, "ours": 0.5}
    assert {row.operator for row in made.profiles["float"]} == {"FULLY_CONNECTED"}
