"""Types that a kernel takes and refuses."""

from types import SimpleNamespace

import pytest

from kernels.element_types import (
    NUMBERS,
    or_quantized,
    present_inputs,
    require_one_type,
    require_type,
)
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.model import Tensor
from kernels.node import XNNPACK, Node, Operand


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
