"""How far a long command is: a bar on a terminal, plain lines elsewhere, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from typing import TypeVar

import click

T = TypeVar("T")

LINES = 4
"""How many are written where there is no terminal."""


def progress(items: Collection[T], label: str) -> Iterator[T]:
    """The items, and how many of them are done."""
    if not items:
        yield from items
    elif sys.stderr.isatty():
        with click.progressbar(items, label=label, file=sys.stderr) as bar:
            yield from bar
    else:
        yield from _in_lines(items, label)


def _in_lines(items: Collection[T], label: str) -> Iterator[T]:
    count = len(items)
    told = {max(1, count * (i + 1) // LINES) for i in range(LINES)}
    for number, item in enumerate(items, 1):
        yield item
        if number in told:
            click.echo(f"{label}: {number} of {count}", err=True)
