"""Bazel in workspaces of its own, for tests that are about Bazel itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def runners(log: Path) -> set[str]:
    """What ran the actions of an execution log (``--execution_log_json_file``)."""
    return set(re.findall(r'"runner": "([^"]*)"', log.read_text()))


def copy_checkout(folder: Path) -> Path:
    """Copies what git knows of this checkout, with changes that are not committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return folder


@dataclass(frozen=True)
class Workspace:
    """A workspace, and where its Bazel keeps what it builds."""

    folder: Path
    output: Path

    def run(self, *arguments: str) -> str:
        """Runs Bazel and returns what it wrote to standard output."""
        done = self._run(arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fails(self, *arguments: str) -> str:
        """Runs Bazel, which must fail, and returns all that it wrote."""
        done = self._run(arguments)
        assert done.returncode != 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts Bazel, which says nothing."""
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(
            self._command(arguments), cwd=self.folder, stdout=nowhere, stderr=nowhere
        )

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        command = self._command(arguments)
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return [str(ROOT / "tools/bazel"), f"--output_user_root={self.output}", *arguments]

    def external(self, repository: str) -> Path:
        """The folder of an external repository."""
        return Path(self.run("info", "output_base").strip()) / "external" / repository

    def outputs(self, package: str = "") -> dict[str, bytes]:
        """Every file that was built in a package: path below bazel-bin -> bytes. Without
        Bazel's own lists of runfiles, which are absolute and never leave the machine, and of
        arguments, which it writes only where an action runs here."""
        top = self.folder / "bazel-bin" / package
        return {
            str(path.relative_to(top)): path.read_bytes()
            for path in sorted(top.rglob("*"))
            if path.is_file() and ".runfiles" not in str(path) and path.suffix != ".params"
        }

    def close(self) -> None:
        """Stops the server and removes what it kept, which is read-only."""
        self.run("clean", "--expunge")
        self.run("shutdown")
