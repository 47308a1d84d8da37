"""Operators that rules keep float."""

import pytest

from kernels.errors import RecipeError
from quant.integer.kept import kept_operators
from quant.recipe import Recipe, Rule
from tests.integer.models import chain, convolution, one, values

X, A, M, Y = map(values, "xamy")
MODEL = chain(
    convolution(X, A, weight="first_w"),
    one("LOGISTIC", A, M),
    convolution(M, Y, weight="second_w", bias="second_b"),
)


def kept(**recipe):
    found = kept_operators(MODEL, Recipe(**{"scheme": "full_integer", **recipe}))
    names = [each.name for each in MODEL.subgraphs[0].tensors]
    return {names[tensor]: reason for (_, tensor), reason in found.items()}


def test_without_rules_none():
    assert kept() == {}


def test_a_rule_on_a_weight_keeps_its_operator():
    assert kept(keep_float=("second_w",)) == {"y": "scheme float by rule: regex second_w"}


@pytest.mark.parametrize("scheme", ["float", "dynamic_range", "float16"])
def test_another_scheme_keeps_activations_float(scheme):
    assert set(kept(rules=(Rule(scheme, operator="CONV_2D"),))) == {"a", "y"}


def test_a_rule_names_an_operator_without_constants_by_its_name_or_what_it_makes():
    assert set(kept(rules=(Rule("float", operator="LOGISTIC"),))) == {"m"}
    assert set(kept(keep_float=("^m$",))) == {"m"}


def test_rules_can_name_the_only_integer_operators():
    rules = (Rule("full_integer", tensor="first_w"), Rule("full_integer", tensor="^m$"))
    assert set(kept(scheme="dynamic_range", rules=rules)) == {"y"}


def test_a_rule_that_means_nothing_is_an_error():
    with pytest.raises(RecipeError, match="matches none"):
        kept(keep_float=("nothing",))


def test_one_integer_type_at_a_time():
    with pytest.raises(RecipeError, match="full_integer and int16x8"):
        Recipe(scheme="full_integer", rules=(Rule("int16x8"),))


@pytest.mark.parametrize(
    ("scheme", "io"), [("dynamic_range", "int8"), ("int16x8", "int8"), ("full_integer", "int16")]
)
def test_inputs_and_outputs_have_a_type_of_the_scheme(scheme, io):
    with pytest.raises(RecipeError, match=f"io is {io}"):
        Recipe(scheme=scheme, io=io)
