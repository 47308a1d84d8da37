"""The fields of a recipe as options of a command line: the table is the recipe's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from kernels.errors import RecipeError
from quant.recipe import Recipe

Command = TypeVar("Command", bound=Callable[..., Any])

OPTIONS = tuple(each for each in fields(Recipe) if each.name != "rules")
"""All fields but the rules, which a line cannot hold."""


def recipe_options(command: Command) -> Command:
    """The command with ``--recipe`` and an option for each field, which are None if not given."""
    for each in reversed(OPTIONS):
        command = _option(each)(command)
    path = click.Path(path_type=Path)
    meaning = "A recipe, JSON; not together with the options of a recipe."
    return click.option("--recipe", type=path, help=meaning)(command)


def given_recipe(file: Path | None, options: Mapping[str, Any]) -> Recipe:
    """The recipe in the file, or that of the options.

    Raises RecipeError for both at once, a file that cannot be read, and what ``Recipe.parse``
    rejects.
    """
    given = {each.name: options[each.name] for each in OPTIONS if options[each.name] is not None}
    given = {
        name: list(value) if isinstance(value, tuple) else value for name, value in given.items()
    }
    given = {name: value for name, value in given.items() if value != []}
    if file is None:
        return Recipe.parse(given)
    if given:
        raise RecipeError(
            f"--recipe {file} is given together with --{', --'.join(given)}.",
            "Say it all in the recipe, or all in options.",
        )
    try:
        return Recipe.parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(
            f"recipe {file} cannot be read: {error}.", "Give a JSON text file."
        ) from error


def _option(known: Field[Any]) -> Callable[[Command], Command]:
    name = f"--{known.name.replace('_', '-')}"
    if known.type == "bool":
        return click.option(f"{name}/--no-{name[2:]}", default=None, help=_help(known))
    if isinstance(known.default, tuple):
        return click.option(name, multiple=True, help=f"{_help(known)}; repeatable.")
    return click.option(name, type=_type(known), help=_help(known))


def _type(known: Field[Any]) -> type:
    if known.type in ("float", "float | None"):
        return float
    return str if known.default is None else type(known.default)


def _help(known: Field[Any]) -> str:
    """What the field means, its values and its default, in a line."""
    text = str(known.metadata["meaning"])
    if known.metadata["choices"] and known.type != "bool":
        text += f": {', '.join(map(str, known.metadata['choices']))}"
    if known.default not in (None, (), False):
        text += f" (default {json.dumps(known.default)})"
    return text[0].upper() + text[1:]
