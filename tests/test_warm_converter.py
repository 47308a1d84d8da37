"""The converter that stays: shown with programs in place of the one that needs TensorFlow."""

import os
import sys

import pytest

from kernels.errors import ConversionError
from quant import converter_process
from quant.converter_process import Launch, run
from quant.warm_converter import WarmConverter

TIMEOUT = 60.0
PROGRAM = """
import json, os, signal, sys, time
from pathlib import Path
count = 0

def warm_up():
    global started
    started = os.getpid()

def main(arguments):
    global count
    count += 1
    request = json.loads(Path(arguments[0]).read_text())
    exec(request["directory"], globals())
    said = {"count": count, "server": started, "here": os.getcwd(), "tmp": os.environ["TMPDIR"]}
    Path(arguments[1]).write_text(json.dumps(said))
    return 0
"""


@pytest.fixture
def convert(tmp_path, monkeypatch):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    monkeypatch.setattr(converter_process, "PROGRAM", program)

    def convert(warm, statement, timeout=TIMEOUT, name="work", python=sys.executable):
        warm.prepare()
        work = tmp_path / name
        work.mkdir()
        return run({"directory": statement}, work, Launch(python, timeout), warm)

    return convert


def test_one_process_gives_every_request_a_fork_of_its_own(convert, tmp_path):
    with WarmConverter() as warm:
        first = convert(warm, "print('noise')", name="a")
        second = convert(warm, "pass", name="b")
    assert first["server"] == second["server"] != os.getpid()
    assert first["count"] == second["count"] == 1
    assert second["here"] == second["tmp"] == str(tmp_path / "b")
    with pytest.raises(ProcessLookupError):
        os.kill(first["server"], 0)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crashed with SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "want of memory"),
        ("os.kill(started, signal.SIGKILL)", "want of memory"),
        ("raise ValueError('odd')", "code 1 and no answer: ValueError: odd"),
        ("os._exit(0)", "code 0 and no answer"),
    ],
)
def test_a_crash_is_one_requests(convert, statement, problem):
    with WarmConverter() as warm:
        with pytest.raises(ConversionError, match=problem):
            convert(warm, statement, name="a")
        assert convert(warm, "pass", name="b")["count"] == 1


def test_a_timeout_leaves_no_answer_to_the_next(convert):
    with WarmConverter() as warm:
        with pytest.raises(ConversionError, match=r"not done after 0\.5 seconds"):
            convert(warm, "time.sleep(60)", timeout=0.5, name="a")
        assert convert(warm, "pass", name="b")["count"] == 1


def test_an_interpreter_that_is_none(convert, tmp_path):
    nowhere = f"{tmp_path}/none"
    with (
        WarmConverter(nowhere) as warm,
        pytest.raises(ConversionError, match="cannot be started: No such file"),
    ):
        convert(warm, "pass", python=nowhere)
