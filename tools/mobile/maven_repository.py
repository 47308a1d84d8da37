"""A Maven repository in a folder, as Gradle's ``maven { url = uri(folder) }`` reads it.

https://maven.apache.org/repositories/layout.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import click

from kernels.errors import InputError
from kernels.output_file import write_bytes
from tools import command
from tools.json_output import JSON_OPTION, tell_written

CHECKSUMS = ("md5", "sha1", "sha256", "sha512")
"""Those that Maven and Gradle look for beside a file."""

_POM = """\
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>{group}</groupId>
  <artifactId>{artifact}</artifactId>
  <version>{version}</version>
  <packaging>aar</packaging>
</project>
"""
_METADATA = """\
<?xml version="1.0" encoding="UTF-8"?>
<metadata>
  <groupId>{group}</groupId>
  <artifactId>{artifact}</artifactId>
  <versioning>
    <latest>{version}</latest>
    <release>{version}</release>
    <versions>
      <version>{version}</version>
    </versions>
  </versioning>
</metadata>
"""
"""Without lastUpdated: nothing here knows the time."""


@dataclass(frozen=True)
class Coordinates:
    """What a dependency names: ``group:artifact:version``."""

    group: str
    artifact: str
    version: str

    @property
    def folder(self) -> str:
        """The artifact's folder in a repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}"


def parse_coordinates(text: str) -> Coordinates:
    """Raises InputError where the text is not ``group:artifact:version``."""
    parts = text.split(":")
    if len(parts) != 3 or not all(parts):
        raise InputError(
            f"'{text}' is not group:artifact:version.", "Write it as com.example:models:1.0.0."
        )
    return Coordinates(*parts)


def published(coordinates: Coordinates, aar: bytes) -> Iterator[tuple[str, bytes]]:
    """(path below the repository, content) of what one library needs, without checksums."""
    fields = {name: escape(value) for name, value in vars(coordinates).items()}
    stem = f"{coordinates.version}/{coordinates.artifact}-{coordinates.version}"
    yield f"{coordinates.folder}/{stem}.aar", aar
    yield f"{coordinates.folder}/{stem}.pom", _POM.format(**fields).encode()
    yield f"{coordinates.folder}/maven-metadata.xml", _METADATA.format(**fields).encode()


def write_repository(folder: Path, artifacts: Iterator[tuple[Coordinates, Path]]) -> None:
    """Writes every library with its checksums. Raises InputError where a file cannot be."""
    for coordinates, aar in artifacts:
        for name, content in published(coordinates, aar.read_bytes()):
            write_bytes(folder / name, content)
            for algorithm in CHECKSUMS:
                digest = hashlib.new(algorithm, content).hexdigest()
                write_bytes(folder / f"{name}.{algorithm}", digest.encode())


@click.command("maven-repository", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The folder.")
@click.option(
    "--artifact",
    "artifacts",
    type=(str, click.Path(path_type=Path)),
    multiple=True,
    required=True,
    help="group:artifact:version, and its .aar.",
)
@JSON_OPTION
def maven_repository(output: Path, artifacts: tuple[tuple[str, Path], ...], as_json: bool) -> None:
    """Lay out Android libraries as a Maven repository."""
    write_repository(output, ((parse_coordinates(text), aar) for text, aar in artifacts))
    tell_written(output, as_json)


def main(argv: list[str] | None = None) -> int:
    """Runs ``maven-repository``; returns the exit code."""
    return command.run(maven_repository, argv)


if __name__ == "__main__":
    raise SystemExit(main())
