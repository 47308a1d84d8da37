"""How far a long command is: a bar on a terminal, plain lines elsewhere, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

import click

T = TypeVar("T")
Tick = Callable[[], None]
"""Says that one more is done; from any thread."""

LINES = 4
"""How many are written where there is no terminal; of less work there is nothing to tell."""


def progress(items: Collection[T], label: str) -> Iterator[T]:
    """The items, and how many of them are done."""
    with counted(len(items), label) as tick:
        for item in items:
            yield item
            tick()


@contextmanager
def counted(length: int, label: str, in_lines: bool = True) -> Iterator[Tick]:
    """What is called after each of ``length`` pieces of work. Without ``in_lines`` only a terminal
    is told."""
    lock = Lock()
    if length and sys.stderr.isatty():
        with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
            yield _locked(lock, lambda: bar.update(1))
    elif length > LINES and in_lines:
        yield _locked(lock, _lines(length, label))
    else:
        yield lambda: None


def _locked(lock: Lock, tick: Tick) -> Tick:
    def locked() -> None:
        with lock:
            tick()

    return locked


def _lines(length: int, label: str) -> Tick:
    """Tells each quarter."""
    told = {max(1, length * (i + 1) // LINES) for i in range(LINES)}
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if done in told:
            click.echo(f"{label}: {done} of {length}", err=True)

    return tick
