"""Kernels stay within what they are given: the tests of lowerings, random shapes and mutated files
once more, with pages that cannot be read before or behind every array."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kernels.isa import CHOICE
from tests.guarded_memory import BEGIN, END, MODE, NOTE
from tests.tiles import USABLE

FOLDER = Path(__file__).parent
PATTERNS = ("compiled/test_*.py", "test_lower*.py", "test_not_a_number.py")
SHAPES, FILES = 450, 1_000


def guarded(mode: str, note: Path, *command: str, isa: str = USABLE[0]):
    """A Python process whose memory is guarded; ``note`` will say what ran last."""
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, "-m", *command],
        env={**os.environ, "PYTHONPATH": path, MODE: mode, NOTE: str(note), CHOICE: isa},
        capture_output=True,
        text=True,
    )


def reach(mode: str, note: Path, where: str, by: int):
    return guarded(mode, note, "tests.guarded_memory", "tests.guarded_reach", where, str(by))


@pytest.mark.parametrize(
    ("mode", "where", "by"),
    [
        *((END, where, 1) for where in ("input", "constant", "plain")),
        *((BEGIN, where, -1) for where in ("input", "constant", "arena", "plain")),
        (END, "arena", 9),  # behind the slack of eight
        (END, "output", 9),
    ],
)
def test_a_kernel_that_reaches_beyond_is_killed_and_named(mode, where, by, tmp_path):
    done = reach(mode, tmp_path / "note", where, by)
    assert done.returncode == -signal.SIGSEGV
    text = (tmp_path / "note").read_text()
    assert ("reach x 4" if where == "plain" else "Operator 1 (REACH): reach(int64[4]") in text


@pytest.mark.parametrize("where", ["input", "constant", "arena", "plain", "output"])
@pytest.mark.parametrize("mode", [END, BEGIN])
def test_what_stays_within_runs(mode, where, tmp_path):
    done = reach(mode, tmp_path / "note", where, 0)
    assert (done.returncode, done.stdout) == (0, "[0, 1, 2, 3]\n"), done.stderr[-2000:]


def test_the_slack_of_the_arena_may_be_read(tmp_path):
    done = reach(END, tmp_path / "note", "arena", 8)
    assert (done.returncode, done.stdout) == (0, "[-1, -1, -1, -1]\n"), done.stderr[-2000:]


@pytest.mark.parametrize("mode", [END, BEGIN])
def test_lowerings(mode, tmp_path):
    files = sorted(str(path) for pattern in PATTERNS for path in FOLDER.glob(pattern))
    plugin = ("-p", "tests.guarded_memory", "-p", "no:cacheprovider")
    done = guarded(mode, tmp_path / "note", "pytest", "-q", "-x", *plugin, *files)
    assert done.returncode == 0, _ended(done, tmp_path / "note")


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("mode", [END, BEGIN])
def test_random_shapes(mode, isa, tmp_path):
    command = ("tests.guarded_memory", "tests.shape_sweep", str(SHAPES))
    done = guarded(mode, tmp_path / "note", *command, isa=isa)
    assert done.returncode == 0, _ended(done, tmp_path / "note")


@pytest.mark.parametrize("mode", [END, BEGIN])
def test_mutated_files(mode, tmp_path):
    done = guarded(mode, tmp_path / "note", "tests.fuzz.run", str(FILES))
    assert done.returncode == 0, _ended(done, tmp_path / "note")


def _ended(done: subprocess.CompletedProcess[str], note: Path) -> str:
    ran = note.read_text().strip() if note.exists() else ""
    return f"{done.returncode}, while this ran: {ran}\n{done.stdout[-3000:]}{done.stderr[-500:]}"
