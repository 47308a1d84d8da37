"""A worker as Bazel has it: requests in, answers out, whatever becomes of one of them."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests import checkout
from tests.bazel_client import Client
from tools import command
from tools.worker import expanded

ODD = ("-m", "tests.odd_program")
SECONDS = 20.0


@pytest.fixture
def worker():
    client = Client(*ODD)
    yield client
    if client.process.poll() is None:
        client.process.kill()
        client.close()


def wait_until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def runs(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_is_printed_is_the_output_and_the_input_is_empty(worker):
    assert worker.ask("echo", "'two words'", "é") == (
        0,
        "from a program\ntwo words é b''\nseen\n",
    )


def test_no_request_sees_what_another_did(worker):
    assert worker.ask("remember", "this") == (0, "")
    assert worker.ask("echo") == (0, "from a program\nb''\nseen\n")


@pytest.mark.parametrize(
    ("request_", "code", "output"),
    [
        (["refuse"], command.BAD_INPUT, "error: it is bad.\nMake it good.\n"),
        (["die", "SIGSEGV"], command.INTERNAL, "killed (SIGSEGV)"),
        (["die", "SIGKILL"], command.INTERNAL, "for want of memory.\nGive the machine"),
        (["fail"], command.INTERNAL, "ValueError: a fault"),
        (["unheard"], command.INTERNAL, "KeyError"),
        ([], command.BAD_INPUT, "Missing argument"),
        (["'"], command.INTERNAL, "No closing quotation"),
    ],
)
def test_a_request_that_fails_does_not_reach_the_next(worker, request_, code, output):
    found, said = worker.ask(*request_)
    assert found == code
    assert output in said
    assert worker.ask("echo", "next")[0] == 0
    assert worker.close() == 0


def test_a_cancelled_request_ends_and_cleans_up(worker, tmp_path):
    path = tmp_path / "partial"
    worker.send("write_slowly", path, "60", request_id=5)
    wait_until(lambda: path.exists() and path.read_text())
    worker.send(request_id=4, cancel=True)
    worker.send(request_id=5, cancel=True)
    assert worker.answer() is None
    assert not path.exists()
    assert worker.ask("remember") == (0, "")


def test_a_request_to_cancel_what_has_ended_asks_nothing(worker):
    assert worker.ask("remember") == (0, "")
    worker.send(cancel=True)
    assert worker.ask("remember") == (0, "")


def test_requests_may_come_at_once(worker):
    for _ in range(3):
        worker.send("remember")
    assert [worker.answer() for _ in range(3)] == [(0, "")] * 3


@pytest.mark.parametrize("end", ["close", "terminate", "kill"])
def test_a_worker_that_ends_takes_its_request_with_it(worker, tmp_path, end):
    path = tmp_path / "partial"
    worker.send("write_slowly", path, "60")
    wait_until(lambda: path.exists() and path.read_text())
    fork = int(path.read_text())
    if end == "close":
        worker.process.stdin.close()
    else:
        getattr(worker.process, end)()
    code = worker.process.wait(SECONDS)
    assert code == (-signal.SIGKILL if end == "kill" else 0)
    wait_until(lambda: not path.exists())
    wait_until(lambda: not runs(fork))


def once(*arguments):
    return subprocess.run(
        [sys.executable, *ODD, *arguments],
        cwd=checkout.path("kernels").parent,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def test_once_with_the_arguments_in_a_file(tmp_path):
    (tmp_path / "arguments").write_text("echo\n'it'\\''s one'\n''\n\"two\nlines\"\n", "utf-8")
    done = once(f"@{tmp_path}/arguments")
    assert done.stdout == "from a program\nit's one  two\nlines b''\nseen\n"


def test_once_a_refusal_is_two_lines():
    done = once("refuse")
    assert done.returncode == command.BAD_INPUT
    assert done.stderr == "error: it is bad.\nMake it good.\n"


@pytest.mark.parametrize("content", [None, b"\xff", b"'"])
def test_arguments_that_cannot_be_read(tmp_path, content):
    if content is not None:
        (tmp_path / "arguments").write_bytes(content)
    done = once(f"@{tmp_path}/arguments")
    assert done.returncode == command.BAD_INPUT
    assert "cannot be read" in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_arguments_without_a_file_stay():
    assert expanded(["a", "b@c", "--keep-float=@x"]) == ["a", "b@c", "--keep-float=@x"]
