"""Options of the command line: every field of a recipe, and nothing beside it."""

import click
import pytest
from click.testing import CliRunner

from kernels.errors import RecipeError
from quant.recipe import Recipe, Rule
from tools.recipe_options import OPTIONS, given_recipe, recipe_options


def parsed(*arguments):
    found = []

    @click.command()
    @recipe_options
    def command(recipe, **options):
        found.append(given_recipe(recipe, options))

    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return found[0]


@pytest.mark.parametrize(
    ("arguments", "recipe"),
    [
        ([], Recipe()),
        (["--scheme", "int4", "--block-size", "32"], Recipe(scheme="int4", block_size=32)),
        (["--keep-float", "^a", "--keep-float", "b$"], Recipe(keep_float=("^a", "b$"))),
        (["--min-elements", "0", "--min-saving", "0"], Recipe(min_elements=0, min_saving=0.0)),
        (["--accuracy-budget", "0.01"], Recipe(accuracy_budget=0.01)),
        (["--strip-names"], Recipe(strip_names=True)),
        (["--no-equalization"], Recipe(equalization=False)),
    ],
)
def test_options_are_the_recipe(arguments, recipe):
    assert parsed(*arguments) == recipe


def test_a_file_says_it_all(tmp_path):
    recipe = Recipe(rules=(Rule("float", tensor="^logits"),), strip_names=True)
    path = tmp_path / "recipe.json"
    path.write_text(recipe.to_json())
    assert parsed("--recipe", str(path)) == recipe


def test_a_file_and_an_option_are_one_too_many(tmp_path):
    given = {**{each.name: None for each in OPTIONS}, "scheme": "int4"}
    with pytest.raises(RecipeError, match="together with --scheme"):
        given_recipe(tmp_path / "recipe.json", given)
    with pytest.raises(RecipeError, match="cannot be read"):
        given_recipe(tmp_path / "recipe.json", {each.name: None for each in OPTIONS})
