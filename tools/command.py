"""How every program of the project starts and ends.

Exit codes: 0 done, 1 a threshold is not met, 2 bad input, 3 our own fault. Bad input is
told in two lines on standard error: what and where, then the cure.
"""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from types import FrameType

import click

from kernels.errors import TfliteQuantError

DONE = 0
NOT_MET = 1
BAD_INPUT = 2
INTERNAL = 3

OPTIONS_WITH_UNDERSCORES = {"token_normalize_func": lambda token: token.replace("_", "-")}
"""Lets ``--min_value`` stand for ``--min-value``: BUILD attributes and options read alike."""


def run(command: click.Command, argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code; never raises."""
    return guarded(lambda: call(command, argv), command)


def call(command: click.Command, argv: Sequence[str] | None = None, kept: object = None) -> object:
    """What the command returns; ``kept`` is the object of its context. Raises what it raises."""
    arguments = None if argv is None else list(argv)
    return command.main(arguments, command.name, standalone_mode=False, obj=kept)


def guarded(work: Callable[[], object], command: click.Command) -> int:
    """The exit code of work for a command; what it raises is told, and never raised."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = work()
        return code if isinstance(code, int) else DONE
    except TfliteQuantError as error:
        return _tell(error.problem, error.cure)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return BAD_INPUT
    except click.Abort:
        return _tell("interrupted.", "Nothing was written.")
    except click.ClickException as error:
        return _tell(error.format_message(), f"See '{_asked(error, command)} --help'.")
    except Exception:
        traceback.print_exc()
        print("internal error: this is a fault of tflite_quant.", file=sys.stderr)
        print("Please report it with the lines above.", file=sys.stderr)
        return INTERNAL


def _asked(error: click.ClickException, command: click.Command) -> str | None:
    """The command that was called wrongly, with the groups that it is in."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return command.name if context is None else context.command_path


def _stop(number: int, frame: FrameType | None) -> None:
    """Ends as Ctrl-C does, so that temporary files are removed: Bazel cancels with SIGTERM."""
    raise KeyboardInterrupt


def _tell(problem: str, cure: str) -> int:
    print(f"error: {problem}", file=sys.stderr)
    print(cure, file=sys.stderr)
    return BAD_INPUT
