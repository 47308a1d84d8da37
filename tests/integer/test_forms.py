"""Which operators become integer, and the reasons of those that do not."""

import numpy as np
import pytest

from quant.integer.forms import NO_NEIGHBOUR, choose_forms
from quant.integer.scheme import IntegerScheme
from quant.ranges import Range
from tests.build_model import Operation, constant, graph, tensor
from tests.control_flow_models import loop
from tests.float_models import normal
from tests.integer.models import chain, convolution, one, ranges_of, values

X, A, M, Y = map(values, "xamy")


def forms(model, **scheme):
    chosen = choose_forms(model, IntegerScheme(**{"ranges": ranges_of(model), **scheme}))
    return [chosen[place] for place in sorted(chosen)]


def reasons(model, **scheme):
    return [form.reason for form in forms(model, **scheme)]


def test_operators_with_kernels_are_integer():
    model = chain(convolution(X, A), one("LOGISTIC", A, Y))
    assert [form.is_integer for form in forms(model)] == [True, True]


def test_an_operator_without_a_kernel_stays_float_between_integers():
    model = chain(convolution(X, A), one("COS", A, M), convolution(M, Y, weight="v"))
    assert reasons(model) == ["", "COS has no INT8 kernel", ""]


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [
        ({"element_type": "INT16"}, "GELU has no INT16 kernel"),
        ({"target_runtime": "tflite_micro"}, "target runtime tflite_micro has no INT8 GELU"),
        ({"ranges": {}}, "no range of 'x' was observed"),
    ],
)
def test_the_reason_says_what_is_missing(scheme, reason):
    assert reasons(chain(one("GELU", X, Y)), **scheme) == [reason]


def test_control_flow_is_float():
    assert reasons(loop())[0] == "WHILE: what it hands on to other subgraphs is float"


def test_a_kept_operator_says_why():
    model = chain(convolution(X, A), one("LOGISTIC", A, Y))
    made = model.subgraphs[0].operators[0].outputs[0]
    assert reasons(model, kept={(0, made): "scheme float"}) == ["scheme float", ""]


def test_a_weight_that_is_made_at_run_time_keeps_its_operator_float():
    w = tensor("w", (4, 3, 3, 4))
    options = convolution(X, Y).options
    model = graph([Operation("CONV_2D", [X, w, normal("b", 4)], [Y], options)], [X, w], [Y])
    assert reasons(model) == ["the weight of CONV_2D is no float constant"]


def test_a_fused_activation_that_is_no_clamp_keeps_its_operator_float():
    options = {"fused_activation_function": "TANH"}
    model = graph([Operation("ADD", [X, A], [Y], options)], [X, A], [Y])
    scheme = IntegerScheme(ranges={})
    (form,) = choose_forms(model, scheme).values()
    assert "no clamp" in form.reason


PADS = constant("pads", np.zeros((4, 2), np.int32))


def pad(source, made):
    return Operation("PAD", [source, PADS], [made], {})


def test_an_operator_that_only_moves_follows_its_neighbours():
    alone = chain(one("COS", X, A), pad(A, M), one("COS", M, Y))
    assert reasons(alone)[1] == NO_NEIGHBOUR
    before = chain(convolution(X, A), pad(A, M), one("COS", M, Y))
    after = chain(one("COS", X, A), pad(A, M), convolution(M, Y))
    assert [form.is_integer for form in forms(before)] == [True, True, False]
    assert [form.is_integer for form in forms(after)] == [False, True, True]


def test_an_operator_that_only_moves_is_integer_between_integer_ends():
    model = chain(pad(X, Y))
    assert reasons(model) == [NO_NEIGHBOUR]
    assert reasons(model, io="int8") == [""]


def test_a_table_is_integer_by_itself():
    indices = tensor("i", (3,), "INT32")
    made = tensor("y", (3, 5))
    lookup = Operation("GATHER", [normal("table", 9, 5), indices], [made], {})
    model = graph([lookup], [indices], [made])
    (form,) = choose_forms(model, IntegerScheme(ranges={(0, 2): Range(-1.0, 1.0)})).values()
    assert form.is_integer
