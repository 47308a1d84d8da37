"""Stands in for a program of the toolchain: writes what it was told, and what it could see.

Every file that an option names as output gets the same JSON object; with no output it is printed.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Sequence
from pathlib import Path

OUTPUT_OPTIONS = ("--output", "--plan", "--report", "--manifest", "--materials", "--front")


def seen(argument: str) -> list[str]:
    """The files that an argument names: a file's own name, or those of a folder."""
    path = Path(argument)
    if path.is_dir():
        return sorted(str(f.relative_to(path)) for f in path.rglob("*") if f.is_file())
    return [path.name] if path.is_file() else []


def main(argv: Sequence[str]) -> int:
    """Writes the record; returns the exit code."""
    visible = {argument: seen(argument) for argument in argv if seen(argument)}
    record = json.dumps({"arguments": argv, "seen": visible})
    outputs = [
        Path(value)
        for option, value in itertools.pairwise(argv)
        if option in OUTPUT_OPTIONS and not Path(value).exists()
    ]
    for output in outputs:
        output.write_text(record, encoding="utf-8")
    if not outputs:
        print(record)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
