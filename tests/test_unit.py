"""Which constants have one scheme, and the rules that give it to them alone."""

from quant import decision
from quant.plan import plan_model
from quant.recipe import Recipe
from quant.unit import units
from tests.build_model import graph, tensor
from tests.float_models import SINGLE_OPERATORS, normal, tied_embedding
from tests.planned import matmul, shared


def found(model, **recipe):
    return units(plan_model(model, Recipe(min_elements=0, **recipe)))


def test_every_weight_alone():
    first, second = normal("a", 40, 48), normal("b", 40, 48)
    model = shared(matmul("1", first), matmul("2", second))
    assert [unit.name for unit in found(model)] == ["a", "b"]
    assert [unit.elements for unit in found(model)] == [1920, 1920]


def test_an_operator_that_takes_all_or_none_is_one_unit(monkeypatch):
    monkeypatch.setattr(decision, "slow_hybrids", lambda model, target: {})
    (unit,) = found(SINGLE_OPERATORS["svdf"])
    assert len(unit.buffers) == 2


def test_a_shared_buffer_is_one_unit():
    (unit,) = found(tied_embedding())
    assert unit.elements == 60 * 32


def test_a_model_without_weights_has_none():
    x = tensor("x", (2,))
    assert found(graph([], [x], [x])) == ()


def test_its_rules_name_its_tensors_and_no_other():
    model = shared(matmul("1", normal("a", 40, 48)), matmul("2", normal("a.b", 40, 48)))
    unit = found(model)[0]
    rules = unit.rules("int4", "because")
    plan = plan_model(model, Recipe(scheme="float", rules=rules))
    assert [(e.name, e.scheme) for e in plan.constants] == [("a", "int4"), ("a.b", "float")]
    assert plan.constants[0].reason.endswith("; because")
