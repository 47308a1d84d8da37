"""Types that a kernel takes and refuses."""

from types import SimpleNamespace

import pytest

from kernels.element_types import (
    NUMBERS,
    has_scale,
    integer_limits,
    or_quantized,
    present_inputs,
    require_one_type,
    require_type,
)
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.model import Tensor
from kernels.node import XNNPACK, Node, Operand
from tests.build_model import quantization


def node(*types):
    operands = [t and Operand(Tensor(f"in{i}", t, (1,))) for i, t in enumerate(types)]
    return Node(0, "ADD", SimpleNamespace(), tuple(operands), (), XNNPACK)


def test_a_type_that_is_taken():
    assert require_type(node("FLOAT32"), NUMBERS) == "FLOAT32"
    assert require_type(node("BOOL", "INT64"), NUMBERS, position=1) == "INT64"
    assert require_one_type(node("INT32", None, "INT32"), NUMBERS) == "INT32"


def test_absent_operands_are_not_present():
    assert [o.tensor.name for o in present_inputs(node("INT32", None, "BOOL"))] == ["in0", "in2"]


def test_a_type_that_is_refused():
    with pytest.raises(
        UnsupportedOperatorError, match=r"FLOAT32, INT32, INT64 but .*'in0' is INT8"
    ):
        require_type(node("INT8"), NUMBERS)


def test_a_mixture():
    with pytest.raises(ModelError, match=r"mixes INT32 with FLOAT32 \(tensor 'in1'\)"):
        require_one_type(node("INT32", "FLOAT32"), NUMBERS)


@pytest.mark.parametrize("types", [(), (None,)])
def test_an_operand_that_is_not_there(types):
    with pytest.raises(ModelError, match="Operand 0 is missing"):
        require_type(node(*types), NUMBERS)


@pytest.mark.parametrize(("types", "kernel"), [(("INT8", "FLOAT32"), "q"), (("INT32",), "f")])
def test_the_first_operand_chooses_the_kernel(types, kernel):
    assert or_quantized(lambda _: "f", lambda _: "q")(node(*types)) == kernel


def test_plain_integers_have_no_scale():
    scaled = Tensor("x", "INT16", (1,), quantization=quantization(0.1))
    assert has_scale(scaled)
    assert not has_scale(Tensor("x", "INT16", (1,)))
    for plain, expected in [((), "quantized"), (("INT16",), "kernel")]:
        kernel = or_quantized(lambda _: "kernel", lambda _: "quantized", plain)
        assert kernel(node("INT16")) == expected


@pytest.mark.parametrize(
    ("element_type", "limits"),
    [("INT8", (-128, 127)), ("UINT8", (0, 255)), ("INT4", (-8, 7)), ("INT2", (-2, 1))],
)
def test_limits_of_integers(element_type, limits):
    assert integer_limits(element_type) == limits
