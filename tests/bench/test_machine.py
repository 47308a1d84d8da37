import re

from quant.converter_process import PYTHON_VARIABLE
from tools.bench import machine


def test_the_machine_the_day_and_versions_are_told(monkeypatch):
    monkeypatch.setenv(PYTHON_VARIABLE, "/nowhere/python")
    told = machine.machine()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["date"])
    assert told["processor"]
    assert {"processors", "memory", "system", "Python", "numpy"} <= told.keys()
    assert "tensorflow" not in told


def test_what_linux_tells_is_left_out_elsewhere(monkeypatch):
    monkeypatch.setattr(machine, "_proc", lambda name: [])
    assert machine.processor()
    assert machine.memory() == "unknown"


def test_the_processor_is_named_once(monkeypatch):
    lines = ["processor\t: 0", "model name\t: Example 9000 @ 2 GHz", "model name\t: other"]
    monkeypatch.setattr(machine, "_proc", lambda name: lines)
    assert machine.processor() == "Example 9000 @ 2 GHz"


def test_memory_is_in_gibibytes(monkeypatch):
    monkeypatch.setattr(machine, "_proc", lambda name: ["MemTotal:  16777216 kB"])
    assert machine.memory() == "16 GiB"
