"""All operators without a kernel, in one error."""

import pytest

from kernels.errors import UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.missing_operators import MissingOperator, unsupported
from kernels.model import Operator
from tests.build_model import Operation, graph, tensor


def missing(name, number, subgraph=0, reason="", custom_code=None):
    operator = Operator(name, (), (), custom_code=custom_code)
    return MissingOperator(operator, subgraph, number, reason)


def test_names_are_given_once_with_every_place():
    error = unsupported(
        [missing("CONV_3D", 1), missing("ADD", 4, reason="It is tired."), missing("CONV_3D", 2, 3)]
    )
    assert error.problem == (
        "The model has operators that this runtime has no kernel for: "
        "CONV_3D (operator 1, 2 of subgraph 3); ADD (operator 4): It is tired"
    )
    assert error.cure.startswith("It has: ABS, ADD, ")


def test_custom_operators_are_told_apart():
    error = unsupported([missing("CUSTOM", i, custom_code=code) for i, code in enumerate("aba")])
    assert "CUSTOM 'a' (operator 0, 2); CUSTOM 'b' (operator 1)" in error.problem


def test_a_model_is_refused_with_all_of_them():
    x, y, z, q = (
        tensor(name, (2,), t) for name, t in zip("xyzq", ["FLOAT32"] * 3 + ["INT32"], strict=True)
    )
    operations = [
        Operation("CUSTOM", [x], [y], custom_code="FlexErf"),
        Operation("HASHTABLE_SIZE", [y], [z]),
        Operation("COS", [q], [tensor("r", (2,), "INT32")]),
    ]
    with pytest.raises(UnsupportedOperatorError) as caught:
        Interpreter(graph(operations, [x, q], [z]))
    for part in (
        "CUSTOM 'FlexErf' (operator 0)",
        "HASHTABLE_SIZE (operator 1)",
        "COS (operator 2): It takes",
    ):
        assert part in caught.value.problem
