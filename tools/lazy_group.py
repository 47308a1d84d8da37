"""A command group that imports a command's module only when that command is called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

import click


@dataclass(frozen=True)
class Lazy:
    """Where a command is, ``module:attribute``; the summary of its help; a call to imitate, from
    the name of the command on; and the keys of what ``--json`` prints. A group has none."""

    place: str
    summary: str
    example: str
    json: str = ""

    def load(self) -> click.Command:
        """The command itself; imports its module."""
        module, _, attribute = self.place.partition(":")
        return cast(click.Command, getattr(importlib.import_module(module), attribute))


Sections = Mapping[str, Mapping[str, Lazy]]
"""Title -> the commands below it by name."""


class LazyGroup(click.Group):
    """A group whose commands are a table; its help lists them under titles, an example each."""

    def __init__(self, *args: Any, sections: Sections = MappingProxyType({}), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.sections = sections

    @property
    def table(self) -> dict[str, Lazy]:
        """All commands by name, in order."""
        return {name: each for below in self.sections.values() for name, each in below.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, for help and for completion."""
        return [*self.table]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, with its example below its help."""
        lazy = self.table.get(cmd_name)
        if lazy is None:
            return None
        found = lazy.load()
        if not isinstance(found, LazyGroup):
            found.epilog = f"Example: {ctx.command_path} {lazy.example}"
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, but an unknown name is told with the one that is most like it."""
        if args and args[0] not in self.table and not args[0].startswith("-"):
            ctx.fail(f"No such command '{args[0]}'. {_similar(args[0], [*self.table])}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Imports nothing: what is told of a command is in the table."""
        for title, below in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, each.summary) for name, each in below.items()])
        with formatter.section("Examples"):
            for each in self.table.values():
                formatter.write_text(f"{ctx.command_path} {each.example}")


def _similar(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"There are {', '.join(known)}."
