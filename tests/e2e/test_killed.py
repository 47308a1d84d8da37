"""A build that is killed, and a worker that is killed in the middle of an action, leave nothing
wrong behind."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.e2e import bazel

TARGET = "//:digits"
SECONDS = 300.0


@pytest.fixture
def expected(app):
    app.run("build", TARGET)
    return app.outputs()["digits.tflite"]


def processes(app: bazel.Workspace, word: str) -> list[int]:
    """Processes below this workspace's outputs whose command line has a word."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:  # no process, or one that has ended
            continue
        if word in command and str(app.output) in "".join(command):
            found.append(int(entry.name))
    return found


def wait_until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def check_nothing_is_wrong(app: bazel.Workspace, expected: bytes) -> None:
    app.run("shutdown")  # a client whose server dies early starts another
    wait_until(lambda: not processes(app, "--persistent_worker"))
    app.run("build", TARGET)
    built = app.outputs()
    assert built["digits.tflite"] == expected
    assert [name for name in built if name.endswith(".partial")] == []


@pytest.mark.parametrize("seconds", [0.5, 3.0, 8.0])
def test_a_killed_build(app, expected, seconds):
    app.run("shutdown")
    app.run("clean")
    server = int(app.run("info", "server_pid"))
    build = app.start("build", TARGET)
    time.sleep(seconds)
    os.kill(server, signal.SIGKILL)
    build.wait()
    check_nothing_is_wrong(app, expected)


def test_a_killed_worker(app, expected):
    app.run("shutdown")
    app.run("clean")
    build = app.start("build", TARGET)
    wait_until(lambda: processes(app, "tools.convert"))
    time.sleep(1.0)
    for worker in processes(app, "tools.convert"):
        os.kill(worker, signal.SIGKILL)
    build.wait()
    check_nothing_is_wrong(app, expected)
