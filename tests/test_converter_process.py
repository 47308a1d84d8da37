"""What becomes of the converter's process, shown with programs that stand for an interpreter."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from kernels.errors import ConversionError
from quant import converter_process
from quant.converter_process import LOG_BYTES, Launch, interpreter, run

TIMEOUT = 60.0


def program(folder, body):
    """An interpreter: called with -I, the converter, the request's file and the answer's."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def launched(tmp_path, body, timeout=TIMEOUT, verbose=False):
    work = tmp_path / "work"
    work.mkdir()
    return run({"directory": "/m"}, work, Launch(program(tmp_path, body), timeout, verbose))


def test_an_answer(tmp_path):
    answer = launched(tmp_path, """echo noise; echo '{"converted": ["a"]}' > "$4" """)
    assert answer == {"converted": ["a"]}


def test_the_request_and_how_it_is_put(tmp_path):
    answer = launched(
        tmp_path,
        'printf \'{"flag": "%s", "program": "%s", "request": %s, "gpus": "%s"}\' '
        '"$1" "$2" "$(cat "$3")" "$CUDA_VISIBLE_DEVICES" > "$4"',
    )
    assert answer["flag"] == "-I"
    assert Path(answer["program"]) == converter_process.PROGRAM
    assert answer["request"] == {"directory": "/m", "path": []}
    assert answer["gpus"] == "-1"


def test_this_interpreter_passes_on_where_it_finds_packages(tmp_path, monkeypatch):
    monkeypatch.setattr(converter_process, "PROGRAM", tmp_path / "echo.py")
    monkeypatch.setattr(sys, "path", [*sys.path, "", "relative"])
    (tmp_path / "echo.py").write_text(
        "import shutil, sys\nshutil.copyfile(sys.argv[1], sys.argv[2])\n", encoding="utf-8"
    )
    work = tmp_path / "work"
    work.mkdir()
    path = run({"directory": "/m"}, work, Launch(sys.executable, TIMEOUT))["path"]
    assert path[-1] == str(Path.cwd() / "relative")
    assert all(os.path.isabs(entry) for entry in path)


@pytest.mark.parametrize(
    ("body", "problem", "cure"),
    [
        ("kill -SEGV $$", "crashed with SIGSEGV", "--verbose"),
        ("echo 'F check failed: x > 0' >&2; kill -ABRT $$", "F check failed: x > 0", "--verbose"),
        ("kill -KILL $$", "killed (SIGKILL), most likely for want of memory", "more memory"),
        ("echo 'std::bad_alloc'; kill -ABRT $$", "want of memory", "8 times the model's size"),
        ("kill -ILL $$", "instructions that this processor lacks", "AVX"),
        ("kill -TERM $$", "crashed with SIGTERM", "--verbose"),
        (f"exit {128 + signal.SIGSEGV}", "crashed with SIGSEGV", "--verbose"),
        ("echo 'Error: odd' >&2; exit 1", "code 1 and no answer: Error: odd", "--verbose"),
        ("exit 0", "code 0 and no answer: nothing was said", "--verbose"),
        ("exit 255", "code 255", "--verbose"),
    ],
)
def test_an_end_without_an_answer(tmp_path, body, problem, cure):
    with pytest.raises(ConversionError) as caught:
        launched(tmp_path, body)
    assert caught.value.problem.startswith("/m: ")
    assert problem in caught.value.problem
    assert cure in caught.value.cure


def test_an_answer_of_a_process_that_then_crashed_does_not_count(tmp_path):
    with pytest.raises(ConversionError, match="SIGSEGV"):
        launched(tmp_path, """echo '{}' > "$4"; kill -SEGV $$""")


def test_a_timeout(tmp_path):
    with pytest.raises(ConversionError, match=r"not done after 0\.2 seconds") as caught:
        launched(tmp_path, "exec sleep 60", timeout=0.2)
    assert "longer timeout" in caught.value.cure


def test_an_interpreter_that_is_none(tmp_path):
    with pytest.raises(ConversionError, match="/none cannot be started: No such file") as caught:
        run({"directory": "/m"}, tmp_path, Launch(f"{tmp_path}/none", TIMEOUT))
    assert "TFLQ_CONVERT_PYTHON" in caught.value.cure


def test_of_a_long_log_only_the_end_is_read(tmp_path):
    with pytest.raises(ConversionError) as caught:
        launched(
            tmp_path, f"head -c {3 * LOG_BYTES} /dev/zero | tr '\\0' x; echo; echo end; exit 1"
        )
    assert caught.value.problem.endswith("no answer: end.")


def test_verbose_shows_what_is_said(tmp_path, capfd):
    launched(tmp_path, """echo said; echo '{}' > "$4" """, verbose=True)
    assert "said" in capfd.readouterr().err


def test_not_verbose_shows_nothing(tmp_path, capfd):
    launched(tmp_path, """echo said; echo said >&2; echo '{}' > "$4" """)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        ("a", "b", "a"),
        ("/x/../y/python", None, "/y/python"),
        ("./python", None, str(Path("python").absolute())),
        (None, "b", "b"),
        (None, "", sys.executable),
        (None, None, sys.executable),
    ],
)
def test_interpreter(monkeypatch, given, environment, expected):
    monkeypatch.delenv("TFLQ_CONVERT_PYTHON", raising=False)
    if environment is not None:
        monkeypatch.setenv("TFLQ_CONVERT_PYTHON", environment)
    assert interpreter(given) == expected


def test_a_request_is_json_with_names_of_any_kind(tmp_path):
    work = tmp_path / "wörk"
    work.mkdir()
    python = program(tmp_path, 'cp "$3" "$4"')
    assert run({"directory": "/é"}, work, Launch(python, TIMEOUT))["directory"] == "/é"
    assert json.loads((work / "request.json").read_bytes())["directory"] == "/é"
