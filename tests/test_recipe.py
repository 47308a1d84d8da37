"""Recipes: what parses, what comes back, and which sentence each mistake gets."""

import json
import re

import pytest

from kernels.errors import RecipeError
from kernels.int8 import TARGET_RUNTIMES
from quant.recipe import Recipe, Rule, keep_float_line

FULL = Recipe(
    scheme="float",
    rules=(
        Rule("dynamic_range", operator="FULLY_CONNECTED", tensor="^dense", subgraph=2),
        Rule("float", signature="serving_default"),
    ),
    keep_float=("^logits", r"a\.b"),
    target_runtime="tflite_micro",
    min_elements=1,
    min_saving=0.5,
)


@pytest.mark.parametrize("recipe", [Recipe(), FULL])
def test_json_round_trip(recipe):
    assert Recipe.parse(recipe.to_json()) == recipe
    assert Recipe.parse(json.loads(recipe.to_json())) == recipe
    assert Recipe.parse(recipe.to_json()).to_json() == recipe.to_json()


@pytest.mark.parametrize("nothing", [None, {}, "{}"])
def test_nothing_is_the_default_recipe(nothing):
    assert Recipe.parse(nothing) == Recipe()


def test_defaults():
    recipe = Recipe()
    assert (recipe.scheme, recipe.target_runtime) == ("dynamic_range", "litert")
    assert (recipe.min_elements, recipe.rules, recipe.keep_float) == (1024, (), ())


@pytest.mark.parametrize("target", TARGET_RUNTIMES)
def test_every_target_runtime_is_known(target):
    assert Recipe.parse({"target_runtime": target}).target_runtime == target


def test_keep_float_comes_before_the_rules():
    recipe = Recipe(keep_float=("a", "b"), rules=(Rule("dynamic_range", tensor="a"),))
    assert recipe.ordered_rules == (
        Rule("float", tensor="a"),
        Rule("float", tensor="b"),
        Rule("dynamic_range", tensor="a"),
    )


@pytest.mark.parametrize(
    ("given", "problem", "cure"),
    [
        ("{", "The recipe is not JSON: ", "Correct the text."),
        ("[1]", "The recipe is [1].", "Give an object with keys"),
        ({"min_element": 1}, "unknown key 'min_element'", "Did you mean 'min_elements'?"),
        ({"zzz": 1}, "unknown key 'zzz'", "Give one of scheme, rules, keep_float"),
        ({"scheme": "int5"}, "scheme 'int5' is unknown", "Did you mean 'int4'?"),
        ({"scheme": 8}, "scheme is 8, a int", "Give str."),
        ({"target_runtime": "litert2"}, "'litert2' is unknown", "Did you mean 'litert'?"),
        ({"min_elements": -1}, "min_elements is -1.", "Give 0 or more"),
        ({"min_elements": "9"}, "min_elements is '9', a str", "Give int."),
        ({"min_elements": True}, "min_elements is True, a bool", "Give int."),
        ({"min_saving": 1.5}, "min_saving is 1.5.", "from 0 to 1"),
        ({"min_saving": None}, "min_saving is None", "Give int or float."),
        ({"keep_float": "^a"}, "keep_float is '^a'.", 'Give a list: ["^a"].'),
        ({"keep_float": [3]}, "keep_float[0] is 3", "Give str."),
        ({"keep_float": ["("]}, "'(' is not a regex: missing )", "Correct it"),
        ({"rules": {}}, "rules is {}.", "Give a list"),
        ({"rules": [3]}, "rules[0] is 3.", "Give an object with keys"),
        ({"rules": [{"tensor": "a"}]}, "rules[0] has no scheme", "dynamic_range, weight_only_int8"),
        (
            {"rules": [{"scheme": "float"}, {"scheme": "float", "op": "A"}]},
            "rules[1] has an unknown key 'op'",
            "Give one of scheme, operator",
        ),
        (
            {"rules": [{"scheme": "binary"}]},
            "scheme 'binary' is unknown",
            "dynamic_range, weight_only",
        ),
        ({"rules": [{"scheme": "float", "subgraph": "a"}]}, "rules[0].subgraph is 'a'", "int"),
        ({"rules": [{"scheme": "float", "tensor": "["}]}, "'[' is not a regex", "Correct it"),
        (
            {"rules": [{"scheme": "float", "operator": "CONV2D"}]},
            "operator 'CONV2D' is unknown",
            "Did you mean 'CONV_2D'?",
        ),
        (
            {"rules": [{"scheme": "dynamic_range", "operator": "ADD"}]},
            "ADD takes no int8",
            "Give one of BATCH_MATMUL",
        ),
    ],
)
def test_each_mistake_has_its_sentence(given, problem, cure):
    with pytest.raises(RecipeError) as raised:
        Recipe.parse(given)
    assert problem in raised.value.problem
    assert cure in raised.value.cure


def test_a_rule_may_keep_float_what_takes_no_int8():
    assert Recipe.parse({"rules": [{"scheme": "float", "operator": "ADD"}]}).rules


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Rule("float"), "every constant"),
        (Rule("float", tensor="^a"), "regex ^a"),
        (
            Rule("float", "CONV_2D", "a", 1, "s"),
            "operator CONV_2D, regex a, subgraph 1, signature s",
        ),
    ],
)
def test_a_rule_in_words(rule, text):
    assert str(rule) == text


@pytest.mark.parametrize("name", ["dense/kernel", "a.b[c]", "a;b", 'quo"te\\'])
def test_keep_float_line_is_ready_to_paste(name):
    (regex,) = Recipe.parse(
        "{" + keep_float_line(name).replace("keep_float =", '"keep_float":') + "}"
    ).keep_float
    assert re.search(regex, name)
    assert not re.search(regex, name + "x")


def test_keep_float_line_takes_the_shortest_part_of_a_joined_name():
    name = "net/bn_1/mul;net/dense_1;net/bn_1"
    assert keep_float_line(name, [name, "net/dense_10"]) == 'keep_float = ["net/bn_1"]'
    assert keep_float_line(name, [name, "net/bn_12"]) == 'keep_float = ["net/dense_1"]'
    assert keep_float_line("a", ["a", "ab"]) == 'keep_float = ["^a$"]'
