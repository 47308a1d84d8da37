"""Runs what the tutorial and the guides show, in the folder that the tutorial makes.

Bazel's commands and those that install run in tests/e2e; code of apps wants their SDKs.
"""

import contextlib
import io
import re
import shlex
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from quant.recipe import Recipe
from quant.scheme import SCHEMES
from tests import checkout, markdown, tensorflow_python
from tools import cli
from tools.mobile import model_constants
from tools.starlark_definitions import definitions

INSTALLS = {
    "python3 -m venv venv",
    ". venv/bin/activate",
    "pip install '.[tensorflow]'",
    "bazel test //app:all",
}
GUIDES = (
    "adding_an_operator",
    "android",
    "data",
    "ios",
    "report",
    "schemes",
    "when_accuracy_drops",
    "writing_a_kernel",
)
BUILDS = ("android", "full_integer", "ios", "report", "tutorial", "when_accuracy_drops")
OTHERS_RULES = {"android_binary", "android_library", "apple_bundle_import", "ios_application"}
CODE_OF_APPS = {"kotlin", "swift"}


def page(name):
    return checkout.path(f"docs/{name}.md")


def texts(name, language):
    return [block.text for block in markdown.blocks(page(name)) if block.language == language]


def run(line):
    words = shlex.split(line)
    if words[0] == "tflq":
        assert cli.main(words[1:]) == 0, line
    elif words[0] == "python":
        subprocess.run([tensorflow_python.interpreter(), *words[1:]], check=True)
    else:
        assert line in INSTALLS


def run_shell(text):
    for line in text.replace("\\\n", " ").splitlines():
        run(line)


def shape(text):
    """Its lines, which may be in another order where training gave other numbers."""
    lines = [re.sub(r"\d[\d,.]*", "N", line).removeprefix("  worst") for line in text.splitlines()]
    return sorted(line.split() for line in lines)


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder of who walked through the tutorial, and what was told after each command."""
    folder = tmp_path_factory.mktemp("walked")
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in markdown.blocks(page("tutorial")):
            if block.language == "python":
                (folder / "train.py").write_text(block.text)
            elif block.language == "sh":
                told.append(captured(block.text))
    return folder, told


def captured(text):
    """What the commands of a block print."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run_shell(text)
    return printed.getvalue()


def test_the_tutorial_tells_what_its_commands_print(walked):
    shown = texts("tutorial", "text")
    assert len(shown) == 3
    printed = [shape(told) for told in walked[1]]
    for text in shown:
        assert shape(text) in printed, text


def test_the_tutorials_models_are_as_small_as_it_says(walked):
    sizes = {name: (walked[0] / name).stat().st_size for name in ("float.tflite", "bars.tflite")}
    assert 3.7 < sizes["float.tflite"] / sizes["bars.tflite"] < 3.9
    smallest = (walked[0] / "smallest.tflite").stat().st_size
    assert sizes["float.tflite"] / smallest > 6


def test_the_tutorials_app_uses_names_that_the_constants_have(walked):
    constants = walked[0] / "Bars.kt"
    arguments = ["--asset-path", "models/bars.tflite", "--package", "com.example.bars"]
    model_constants.main([str(walked[0] / "bars.tflite"), "--output", str(constants), *arguments])
    shown, used = texts("tutorial", "kotlin")
    assert shown in constants.read_text()
    for name in re.findall(r"\bBars\.(\w+)", used):
        assert f" {name} =" in constants.read_text()


@pytest.fixture
def folder(walked, tmp_path, monkeypatch):
    """A copy of it, with images and a recipe beside."""
    shutil.copytree(walked[0], tmp_path / "walked")
    monkeypatch.chdir(tmp_path / "walked")
    made = tmp_path / "walked"
    (made / "crops").mkdir()
    Image.fromarray(np.full((20, 30), 128, np.uint8)).save(made / "crops/a.png")
    (made / "recipe.json").write_text(texts("schemes", "json")[0])
    return made


@pytest.mark.parametrize("name", GUIDES)
def test_a_guides_blocks_run(name, folder):
    names = {}  # those of Python: a block goes on where the last one ended
    for block in markdown.blocks(page(name)):
        if block.language == "sh":
            run_shell(block.text)
        elif block.language == "python":
            exec(block.text, names)
        elif block.language == "json":
            Recipe.parse(block.text)
        else:
            assert block.language in {"starlark", "text", *CODE_OF_APPS}


def test_files_are_as_large_as_the_table_of_schemes_says(folder):
    rows = re.findall(r"^\| `(\w+)` \|.*?\| ([\d,]+) \|", page("schemes").read_text(), re.MULTILINE)
    assert [scheme for scheme, _ in rows] == [*SCHEMES]
    for scheme, shown in rows:
        run(
            f"tflq quantize float.tflite -o made.tflite --scheme {scheme} --data eval.npz --limit 8"
        )
        size = (folder / "made.tflite").stat().st_size
        assert size == pytest.approx(int(shown.replace(",", "")), rel=0.02), scheme


def rules_of(text):
    """(rule, attributes) of each target of a BUILD file."""
    found = []
    names = {*definitions(checkout.path("rules/defs.bzl").parent.parent, "rules/defs.bzl")}
    known = {"filegroup", *OTHERS_RULES, *names}

    def declare(rule):
        return lambda **attributes: found.append((rule, attributes))

    exec(text, {"load": lambda *_: None, "glob": list, **{name: declare(name) for name in known}})
    return found


@pytest.mark.parametrize("name", BUILDS)
def test_targets_have_the_attributes_of_their_rules(name):
    public = definitions(checkout.path("rules/defs.bzl").parent.parent, "rules/defs.bzl")
    targets = [target for text in texts(name, "starlark") for target in rules_of(text)]
    assert targets
    for rule, attributes in targets:
        if rule in public:
            assert {*attributes} - {"name", "tags", "testonly"} <= {*public[rule].attributes}


@pytest.mark.parametrize("name", ["tutorial", "android", "ios"])
def test_code_of_apps_is_named_so(name):
    languages = {block.language for block in markdown.blocks(page(name))}
    assert languages <= {"python", "sh", "starlark", "text", *CODE_OF_APPS}
