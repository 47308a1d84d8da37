"""Which rule of a recipe decides on which constant."""

from quant.recipe import Rule
from tests.build_model import graph, tensor
from tests.float_models import (
    normal,
)
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
