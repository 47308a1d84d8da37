"""The table of commands is true, costs nothing, and completes in a shell."""

import os
import subprocess
import sys

import click
import pytest

from tests import checkout
from tools import cli, command
from tools.lazy_group import LazyGroup

ROOT = checkout.path("tools").parent


def commands(group=cli.tflq, path=()):
    for name, lazy in group.table.items():
        found = lazy.load()
        yield (*path, name), lazy, found
        if isinstance(found, LazyGroup):
            yield from commands(found, (*path, name))


ALL = [*commands()]


@pytest.mark.parametrize(("path", "lazy", "found"), ALL, ids=[" ".join(each[0]) for each in ALL])
def test_the_table_says_what_the_commands_are(path, lazy, found):
    assert isinstance(found, click.Command)
    assert found.help
    assert lazy.summary.endswith(".")
    assert lazy.example.split()[0] == path[-1]
    options = [option for each in found.params for option in each.opts]
    if isinstance(found, LazyGroup):
        return
    assert "--json" in options
    assert lazy.json
    for word in lazy.example.split():
        assert not word.startswith("-") or word in options


def test_help_shows_every_command_under_a_title_and_an_example(capsys):
    assert cli.main(["--help"]) == command.DONE
    text = capsys.readouterr().out
    for name, lazy in cli.tflq.table.items():
        assert f"\n  {name} " in text
        assert f"tflq {lazy.example}" in " ".join(text.split())
    assert cli.main(["quantize", "--help"]) == command.DONE
    assert "Example: tflq quantize" in capsys.readouterr().out


def test_a_wrong_name_is_told_with_the_nearest(capsys):
    assert cli.main(["quantise"]) == command.BAD_INPUT
    assert capsys.readouterr().err.splitlines() == [
        "error: No such command 'quantise'. Did you mean 'quantize'?",
        "See 'tflq --help'.",
    ]


def test_help_imports_no_numpy():
    program = (
        "import sys\nfrom tools import cli\ncli.main(['--help'])\n"
        "sys.exit(str({'numpy', 'numba', 'quant'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True)
    assert done.stderr.strip() == b""


@pytest.mark.parametrize(
    ("words", "expected"),
    [("tflq sens", "sensitivity"), ("tflq inspect --gr", "--graph")],
)
def test_a_shell_completes(words, expected):
    asked = {"_TFLQ_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "2"}
    asked["COMP_CWORD"] = str(len(words.split()) - 1)
    done = subprocess.run(
        [sys.executable, "-m", "tools.cli"],
        cwd=ROOT,
        env=os.environ | asked,
        capture_output=True,
        text=True,
    )
    assert f"plain,{expected}" in done.stdout.splitlines(), done.stderr
