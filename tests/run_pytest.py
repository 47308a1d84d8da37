"""Runs one test file as Bazel's test protocol wants it: ``run_pytest.py TEST_FILE [OPTION]...``.

https://bazel.build/reference/test-encyclopedia
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest


class Shard:
    """A pytest plugin that keeps every nth test, and tells Bazel that it does."""

    def __init__(self, index: int, total: int) -> None:
        self.index = index
        self.total = total

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = items[self.index :: self.total]


def shard(environment: Mapping[str, str]) -> Shard | None:
    """The shard that Bazel asks for, if any."""
    if "TEST_TOTAL_SHARDS" not in environment:
        return None
    Path(environment["TEST_SHARD_STATUS_FILE"]).touch()
    return Shard(int(environment["TEST_SHARD_INDEX"]), int(environment["TEST_TOTAL_SHARDS"]))


def pytest_arguments(environment: Mapping[str, str], folder: Path) -> list[str]:
    """What pytest is told, besides the test file; ``folder`` is where tests may write."""
    arguments = ["-p", "no:cacheprovider", f"--basetemp={folder / 'pytest'}"]
    if settings := environment.get("PYTEST_SETTINGS"):
        arguments += ["-c", settings, f"--rootdir={Path(settings).parent}"]
    if output := environment.get("XML_OUTPUT_FILE"):
        arguments.append(f"--junitxml={output}")
    if chosen := environment.get("TESTBRIDGE_TEST_ONLY"):
        arguments += ["-k", chosen]
    return arguments


def main(argv: Sequence[str]) -> int:
    """Runs the tests; returns the exit code. A filter or a shard may leave none to run."""
    environment = os.environ
    folder = Path(environment.get("TEST_TMPDIR") or tempfile.mkdtemp())
    environment.setdefault("HOME", str(folder / "home"))
    part = shard(environment)
    code = pytest.main(
        [*pytest_arguments(environment, folder), *argv], plugins=[part] if part else []
    )
    narrowed = part is not None or "TESTBRIDGE_TEST_ONLY" in environment
    return int(
        pytest.ExitCode.OK if narrowed and code == pytest.ExitCode.NO_TESTS_COLLECTED else code
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
