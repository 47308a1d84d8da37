"""A program that does whatever may befall an action, as it is told."""

import os
import signal
import time
from pathlib import Path

import click

from kernels.errors import DataError
from tools import worker

SEEN: list[str] = []


@click.command("odd")
@click.argument("act")
@click.argument("words", nargs=-1)
def odd(act: str, words: tuple[str, ...]) -> None:
    _ACTS[act](*words)


def echo(*words):
    os.system("echo from a program")
    print(*words, os.read(0, 1))
    print("seen", *SEEN)


def remember(*words):
    SEEN.extend(words)


def refuse():
    raise DataError("it is bad.", "Make it good.")


def fail():
    raise ValueError("a fault")


def die(name):
    os.kill(os.getpid(), signal.Signals[name])


def write_slowly(path, seconds):
    try:
        Path(path).write_text(str(os.getpid()))
        time.sleep(float(seconds))
    finally:
        Path(path).unlink()


_ACTS = {act.__name__: act for act in (echo, remember, refuse, fail, die, write_slowly)}

if __name__ == "__main__":
    raise SystemExit(worker.main(odd))
