"""Writes docs/cli.md: every command of ``tflq``, from the commands themselves.

``python -m tools.cli_reference docs/cli.md``, from the root of the checkout.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from kernels.output_file import write_text
from tools.cli import tflq
from tools.lazy_group import Lazy, LazyGroup

_HEAD = """\
# Command line

Made by `python -m tools.cli_reference docs/cli.md` from the commands themselves; a test keeps it
so.

**Exit codes.** 0: done; 1: a threshold is not met, or something differs that must not; 2: bad
input, told in two lines on standard error: what and where, then the cure; 3: our own fault, please
report it.

**JSON.** With `--json` a command prints one JSON value on standard output and nothing else there;
keys keep their order, and numbers that JSON does not know are null.

**Progress** is told on standard error: a bar on a terminal, a few plain lines elsewhere.

**Completion.** For commands and options, in bash 4.4 or later, zsh and fish:

```sh
eval "$(_TFLQ_COMPLETE=bash_source tflq)"            # in ~/.bashrc
eval "$(_TFLQ_COMPLETE=zsh_source tflq)"             # in ~/.zshrc
_TFLQ_COMPLETE=fish_source tflq | source             # in ~/.config/fish/config.fish
```

An underscore in an option means a hyphen: `--min_value` is `--min-value`, as BUILD attributes are
written.

"""


def page() -> str:
    """The whole page, in the order of ``tflq --help``."""
    return _HEAD + "".join(_contents(tflq)) + "".join(_sections(tflq, "tflq"))


def _contents(group: LazyGroup) -> Iterator[str]:
    for title, below in group.sections.items():
        links = ", ".join(f"[{name}](#tflq-{name})" for name in below)
        yield f"* {title}: {links}\n"


def _sections(group: LazyGroup, path: str) -> Iterator[str]:
    for name, lazy in group.table.items():
        found = lazy.load()
        yield _section(found, lazy, path, name)
        if isinstance(found, LazyGroup):
            yield from _sections(found, f"{path} {name}")


def _section(found: click.Command, lazy: Lazy, path: str, name: str) -> str:
    level = "#" * (1 + len(path.split()))
    parts = [f"\n{level} {path} {name}\n", f"{_paragraphs(found.help or '')}\n"]
    with click.Context(found, info_name=f"{path} {name}") as context:
        usage = " ".join([context.command_path, *found.collect_usage_pieces(context)])
        parts.append(f"```sh\n{usage}\n{path} {lazy.example}\n```\n")
        rows = [*_rows(found, context)]
    if rows:
        parts.append("| option | what |\n|---|---|\n" + "".join(rows))
    if lazy.json:
        parts.append(f"JSON: {lazy.json}.\n")
    return "\n".join(parts)


def _paragraphs(text: str) -> str:
    """A line each, as help is indented and wrapped."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _rows(found: click.Command, context: click.Context) -> Iterator[str]:
    for each in found.params:
        record = each.get_help_record(context)
        if isinstance(each, click.Option) and record is not None:
            name, what = record
            yield f"| `{_cell(name)}` | {_cell(what)} |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(target: str) -> None:
    """Writes the page to ``target``."""
    write_text(target, page())


if __name__ == "__main__":
    main(*sys.argv[1:])
