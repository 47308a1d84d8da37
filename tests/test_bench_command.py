import json

import pytest

from tests.bench import recorded
from tests.dense_model import write_dense_model
from tools import bench_command, cli, command
from tools.bench import record
from tools.bench.conditions import FILE as CONDITIONS_FILE
from tools.bench.conditions import Conditions
from tools.bench.peaks import Peaks

PEAKS = Peaks(**recorded.CONDITIONS["peaks"])


@pytest.fixture(autouse=True)
def litert(monkeypatch):
    pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")
    monkeypatch.setattr(bench_command, "measure_peaks", lambda: PEAKS)


def bench(*arguments):
    return cli.main(["bench", "--seconds", "0", *map(str, arguments)])


def test_a_model_is_measured_and_told(tmp_path, capsys):
    assert bench(write_dense_model(tmp_path), "--threads", 1, "--profile") == command.DONE
    told = capsys.readouterr().out
    assert "our dynamic range" in told
    assert "FULLY_CONNECTED" in told


def test_json_is_the_record(tmp_path, capsys):
    model = write_dense_model(tmp_path)
    assert bench(model, "--dynamic-range", model, "--json") == command.DONE
    (made,) = json.loads(capsys.readouterr().out)
    found = record.Record.from_json(made).measurement
    assert found.threads == [1, 2]
    assert [*found.bytes] == ["float", "dyn", "ours"]
    assert max(found.differences.values()) < 1e-6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "No model is given"),
        (["a", "b", "--dynamic-range", "c"], "1 times for 2 models"),
        (["--zoo", "alexnet"], "no model 'alexnet'"),
        (["absent.tflite"], "absent.tflite"),
        (["m", "--threads", 0], "--threads"),
    ],
)
def test_bad_input_is_told(arguments, said, capsys):
    assert bench(*arguments) == command.BAD_INPUT
    assert said in capsys.readouterr().err


def test_the_zoo_is_measured_and_its_page_has_what_was_measured_before(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "start_seconds", lambda runtime, path: 0.5)
    monkeypatch.setattr(record, "memory", lambda runtime, path: {"held": 1, "peak": 2})
    conditions = Conditions.from_json(recorded.CONDITIONS)
    monkeypatch.setattr(bench_command, "measure_conditions", lambda work: conditions)
    (tmp_path / CONDITIONS_FILE).write_text(json.dumps(recorded.CONDITIONS))
    (tmp_path / "resnet50").mkdir()
    (tmp_path / "resnet50" / record.FILE).write_text(json.dumps(recorded.record("resnet50")))
    page = tmp_path / "page.md"
    options = ["--work", tmp_path, "-o", page, "--threads", 1]
    assert bench("--zoo", "lstm_fused", *options) == command.DONE
    assert "ResNet50" in page.read_text()
    assert "LSTM 512, 100 steps, fused" in page.read_text()
    again = tmp_path / "again.md"
    assert bench("--recorded", "--work", tmp_path, "-o", again) == command.DONE
    assert again.read_text() == page.read_text()
