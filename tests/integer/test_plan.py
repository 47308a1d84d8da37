"""Plans of integer models: reasons, and what TFLite Micro does not run."""

import pytest

from kernels.errors import RecipeError
from quant.recipe import Rule
from tests.integer.models import chain, convolution, one, plan_of, quantized, values

X, A, M, Y = map(values, "xamy")
MODEL = chain(convolution(X, A), one("GELU", A, M), convolution(M, Y, weight="v"))


def test_every_activation_has_a_type_and_a_reason():
    plan = quantized(MODEL, scheme="int16x8").plan
    shown = {each.name: (each.type, each.reason) for each in plan.activations}
    assert shown["x"][0] == "INT16"
    assert shown["m"] == ("INT16", shown["m"][1])
    assert shown["x"][1].startswith("by its range [")


def test_a_tensor_that_stays_float_says_why():
    plan = plan_of(chain(one("COS", X, A), one("SIN", A, Y)))
    shown = {each.name: each for each in plan.activations}
    assert shown["y"].type == "FLOAT32"
    assert shown["y"].scale is None
    assert shown["y"].reason == "float: SIN has no INT8 kernel"


def test_constants_say_which_integer_operator_reads_them():
    entries = {each.name: each for each in quantized(MODEL).plan.constants}
    assert entries["w"].reason.startswith("int8 per-channel axis 0: weight of integer CONV_2D")
    assert entries["b"].reason == "int32: bias of integer CONV_2D"
    assert {each.delivery for each in entries["w"].consumers} == {"integer"}


def test_the_report_counts_integer_weights():
    report = quantized(MODEL).report
    shown = {each.name: each for each in report.tensors}
    assert shown["w"].type == "INT8"
    assert shown["w"].bytes_after < shown["w"].bytes_before
    assert shown["w"].sqnr_db > 30
    assert shown["b"].type == "INT32"


def test_a_float_operator_is_an_error_for_tflite_micro():
    with pytest.raises(RecipeError, match="tflite_micro has no INT8 GELU"):
        plan_of(MODEL, target_runtime="tflite_micro")


def test_a_rule_allows_it():
    rules = (Rule("float", operator="GELU"),)
    plan = plan_of(MODEL, target_runtime="tflite_micro", rules=rules)
    assert [form.is_integer for form in plan.forms.values()] == [True, False, True]
