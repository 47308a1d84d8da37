from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from kernels import activation_quantization
from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.model import Blocks, Tensor
from kernels.node import XNNPACK, Node, Operand
from kernels.weight import (
    accumulate,
    activation_rows,
    blocks_of,
    float_weight,
    is_hybrid,
    packed,
    require_no_blocks,
    weight_matrix,
    weight_scale,
)
from tests.build_model import quantization


def operand(element_type: str, shape=(2, 3), constant=None, **fields) -> Operand:
    return Operand(Tensor("w", element_type, shape, **fields), constant)


def node(*types: str | None) -> Node:
    operands = tuple(None if t is None else operand(t) for t in types)
    return Node(0, "OP", SimpleNamespace(), operands, (), XNNPACK)


@pytest.mark.parametrize(
    ("types", "hybrid"),
    [
        (("FLOAT32", "FLOAT32", "FLOAT32"), False),
        (("FLOAT32", "INT8", "INT8"), True),
        (("FLOAT32", "INT8", None), True),
        (("FLOAT32", "INT8"), True),
    ],
)
def test_the_weights_decide(types, hybrid):
    assert is_hybrid(node(*types), weights=(1, 2)) is hybrid


@pytest.mark.parametrize(
    "types",
    [
        ("FLOAT32", "INT8", "FLOAT32"),
        ("FLOAT32", "INT16", "INT16"),
        ("FLOAT32", "INT4", "INT4"),
        ("FLOAT32", None, None),
        ("INT8", "INT8", "INT8"),
    ],
)
def test_other_types_are_refused(types):
    with pytest.raises(UnsupportedOperatorError, match=f"It has {types[0]} activations"):
        is_hybrid(node(*types), weights=(1, 2))


def test_an_operator_may_take_more_integers():
    assert is_hybrid(node("FLOAT32", "INT4"), weights=(1,), integers=("INT8", "INT4"))


@pytest.mark.parametrize("affine", [None, quantization([]), quantization(0.5, 3)])
def test_a_weight_without_a_scale_or_with_a_zero_point_is_refused(affine):
    with pytest.raises(ModelError, match="INT8 weight 'w' has no scale"):
        weight_scale(Tensor("w", "INT8", (2, 3), quantization=affine))


def test_a_scale_for_every_block_is_not_one_for_every_channel():
    affine = replace(quantization([0.5, 0.5]), blocks=Blocks(1, np.ones((2, 3), np.float32)))
    blocked = Tensor("w", "INT4", (2, 3), quantization=affine)
    assert blocks_of(blocked) is affine.blocks
    with pytest.raises(UnsupportedOperatorError, match="'w' has a scale for every block"):
        weight_scale(blocked)


@pytest.mark.parametrize("affine", [None, quantization(1)])
def test_no_blocks(affine):
    plain = Tensor("w", "INT4", (2, 3), quantization=affine)
    assert blocks_of(plain) is None
    require_no_blocks(plain)


def test_a_constant_is_packed_once_and_another_value_each_time():
    calls = []

    def pack(value):
        calls.append(value)
        return value

    once = packed(operand("INT8", constant="known"), pack)
    assert [once("ignored"), once(None)] == ["known", "known"]
    each = packed(operand("INT8"), pack)
    assert [each("a"), each("b")] == ["a", "b"]
    assert calls == ["known", "a", "b"]


def test_a_float_matrix():
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    matrix = weight_matrix(operand("FLOAT32"))(values)
    np.testing.assert_array_equal(matrix.values, values.T)
    rows = np.array([[1, 10, 100]], np.float32)
    np.testing.assert_array_equal(accumulate(1, rows, matrix), [[211, 544]])


@pytest.mark.parametrize("scale", [0.5, [0.5, 0.25]])
def test_an_integer_matrix(scale):
    values = np.array([[1, -2, 3], [127, 0, -128]], np.int8)
    matrix = weight_matrix(operand("INT8", quantization=quantization(scale)))(values)
    rows = activation_rows(hybrid=True, asymmetric_inputs=False)
    x = np.array([[127, 1, -126]], np.float32)
    product = np.array([[127 - 2 - 378, 127 * 127 + 128 * 126]])
    np.testing.assert_array_equal(accumulate(1, rows(x), matrix), 1 + product * np.array(scale))


def test_a_matrix_has_two_dimensions():
    with pytest.raises(ModelError, match=r"'w' has shape \(3,\)"):
        weight_matrix(operand("FLOAT32", shape=(3,)))


@pytest.mark.parametrize("element_type", ["FLOAT32", "INT8"])
def test_a_float_weight(element_type):
    known = operand(element_type, quantization=quantization(0.25))
    value = np.array([4, -8], {"FLOAT32": np.float32, "INT8": np.int8}[element_type])
    expected = value * (1 if element_type == "FLOAT32" else 0.25)
    result = float_weight(known)(value)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, expected)


def test_activations_become_rows_only_in_hybrid_operators():
    x = np.ones((1, 2), np.float32)
    assert activation_rows(hybrid=False, asymmetric_inputs=True)(x) is x
    assert activation_rows(True, True) is activation_quantization.asymmetric
    assert activation_rows(True, False) is activation_quantization.symmetric
