"""Which rule of a recipe decides on which constant."""

from dataclasses import replace

import pytest

from kernels.errors import RecipeError
from quant.plan import plan_model
from quant.recipe import Recipe, Rule
from tests.build_model import graph, single_operator, tensor
from tests.control_flow_models import loop, with_subgraphs
from tests.float_models import normal, tied_embedding
from tests.planned import entries, matmul, reasons


def test_rules_decide_in_order():
    model = graph(
        [matmul("1", normal("a/w", 40, 40)), matmul("2", normal("b/w", 40, 40))],
        [tensor("x1", (2, 40)), tensor("x2", (2, 40))],
        [tensor("y1", (2, 40)), tensor("y2", (2, 40))],
    )
    kept = reasons(model, keep_float=("^a/",))
    assert kept["a/w"] == "kept float: regex ^a/"
    assert kept["b/w"] == "quantized int8 per-channel axis 0"
    only = entries(model, scheme="float", rules=(Rule("dynamic_range", tensor="^a/"),))
    assert [e.is_quantized for e in only.values()] == [True, False]
    assert only["b/w"].reason == "kept float: the scheme of the recipe"
    first = entries(
        model, rules=(Rule("dynamic_range", tensor="^a/"), Rule("float", "FULLY_CONNECTED"))
    )
    assert [e.is_quantized for e in first.values()] == [True, False]


def quantized(model, **rule):
    """The constants that become int8 where only this rule asks for it."""
    given = entries(model, scheme="float", rules=(Rule("dynamic_range", **rule),))
    return {name for name, entry in given.items() if entry.is_quantized}


def test_rule_for_an_operator():
    assert quantized(tied_embedding(), operator="GATHER") == set()
    assert quantized(loop(), operator="FULLY_CONNECTED") == {"w"}


def test_a_shared_constant_is_quantized_where_every_use_may_be():
    model = tied_embedding()
    kept = reasons(model, rules=(Rule("float", "GATHER"),))
    assert kept["table"] == "kept float: operator GATHER"


def test_rule_for_a_subgraph():
    assert quantized(loop(), subgraph=2) == {"w"}
    assert quantized(two_signatures(), subgraph=1) == {"two/w"}


def two_signatures():
    """Signature "one" runs subgraph 0, "two" subgraph 1."""
    one = graph([matmul("1", normal("one/w", 40, 40))], [X1], [Y1], key="one")
    two = graph([matmul("1", normal("two/w", 40, 40))], [X1], [Y1], key="two")
    both = with_subgraphs(one, two)
    second = replace(two.signatures[0], subgraph=1)
    return replace(both, signatures=(*one.signatures, second))


X1, Y1 = tensor("x1", (2, 40)), tensor("y1", (2, 40))


def test_rule_for_a_signature_holds_in_what_it_calls():
    assert quantized(loop(), signature="serving_default") == {"w"}
    assert quantized(two_signatures(), signature="two") == {"two/w"}


@pytest.mark.parametrize(
    ("rule", "problem", "cure"),
    [
        ({"subgraph": 3}, "names subgraph 3, but the model has 3", "from 0 to 2"),
        ({"subgraph": -1}, "names subgraph -1, but the model has 3", "from 0 to 2"),
        ({"signature": "train"}, "signature 'train'", "serving_default"),
        ({"tensor": "kernel"}, "(regex kernel) matches none of the model's", "such as 'b', 'w'"),
        ({"operator": "GATHER"}, "(operator GATHER) matches none", "such as 'b', 'w'"),
        ({"tensor": "w", "subgraph": 1}, "(regex w, subgraph 1) matches none", "Correct"),
    ],
)
def test_a_rule_that_does_not_fit_the_model_is_an_error(rule, problem, cure):
    with pytest.raises(RecipeError) as raised:
        plan_model(loop(), Recipe(rules=(Rule("float", **rule),)))
    assert problem in raised.value.problem
    assert cure in raised.value.cure


def test_a_rule_for_a_model_without_float_constants():
    model = single_operator("ABS", [tensor("x", (2,))], [tensor("y", (2,))])
    with pytest.raises(RecipeError, match="the model has no float constants"):
        plan_model(model, Recipe(keep_float=("a",)))
