"""Builds a signed APK with what Debian has; no Android SDK.

A team has android_binary or Gradle for this. It is here so that a test has a real app to open.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FRAMEWORK = Path("/usr/share/android-framework-res/framework-res.apk")
"""Android's own resources, against which aapt links."""
PACKAGES = {
    "aapt": "aapt",
    "apksigner": "apksigner",
    "smali": "libsmali-java",
    "zipalign": "zipalign",
    FRAMEWORK: "android-framework-res",
}
"""What the build runs or reads -> the Debian package that has it."""
ALIGNMENT = 16
"""Bytes; what the buffers in a model ask for."""


@dataclass(frozen=True)
class Sources:
    """What an app is built from."""

    app: Path
    """A folder: AndroidManifest.xml, res and smali."""
    assets: Path
    keystore: Path


def install_line() -> str | None:
    """The command that brings what is missing, None if nothing is."""
    missing = [package for tool, package in PACKAGES.items() if not _present(tool)]
    return f"apt-get install -y --no-install-recommends {' '.join(missing)}" if missing else None


def _present(tool: str | Path) -> bool:
    return tool.exists() if isinstance(tool, Path) else shutil.which(tool) is not None


def build(sources: Sources, output: Path, uncompressed: Sequence[str] = ("tflite",)) -> None:
    """Writes the APK; files with the suffixes ``uncompressed`` stay as they are in it.

    Raises CalledProcessError, with what the tool said, where one of them fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _compile(sources, work)
        _link(sources, work, uncompressed)
        _run("zipalign", "-f", "-p", ALIGNMENT, work / "linked.apk", work / "aligned.apk")
        _sign(sources.keystore, work / "aligned.apk", output)


def _compile(sources: Sources, work: Path) -> None:
    _run("smali", "assemble", sources.app / "smali", "-o", work / "classes.dex")


def _link(sources: Sources, work: Path, uncompressed: Sequence[str]) -> None:
    stored = [word for suffix in uncompressed for word in ("-0", suffix)]
    app = sources.app
    inputs = ["-M", app / "AndroidManifest.xml", "-S", app / "res", "-A", sources.assets]
    _run("aapt", "package", "-f", *inputs, "-I", FRAMEWORK, *stored, "-F", work / "linked.apk")
    _run("aapt", "add", "linked.apk", "classes.dex", folder=work)


def _sign(keystore: Path, aligned: Path, output: Path) -> None:
    """By the second and third scheme of signatures, which cover every byte."""
    schemes = ["--v1-signing-enabled", "false", "--v4-signing-enabled", "false"]
    key = ["--ks", keystore, "--ks-pass", "pass:android"]
    _run("apksigner", "sign", *key, *schemes, "--in", aligned, "--out", output)


def _run(*command: object, folder: Path | None = None) -> None:
    words = [str(word) for word in command]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True)


def main() -> None:
    """Builds the app that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("app", "assets", "keystore", "output"):
        parser.add_argument(f"--{option}", type=Path, required=True)
    given = parser.parse_args()
    missing = install_line()
    if missing:
        parser.exit(2, f"error: tools are missing.\n{missing}\n")
    build(Sources(given.app, given.assets, given.keystore), given.output)


if __name__ == "__main__":
    main()
