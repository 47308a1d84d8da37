"""Windows times rows are what the operators compute."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.constant import constant
from kernels.equivariance import LINEAR
from kernels.interpreter import Interpreter
from kernels.tflite.schema import OPTIONS, with_defaults
from kernels.weight_products import WEIGHT_PRODUCTS
from tests.build_model import single_operator, tensor
from tests.float_models import SINGLE_OPERATORS, normal

_STRIDED = single_operator(
    "CONV_2D",
    [tensor("x", (2, 7, 5, 3)), normal("w", 4, 3, 2, 3), normal("b", 4)],
    [tensor("y", (2, 3, 3, 4))],
    {"padding": "SAME", "stride_w": 2, "stride_h": 3, "dilation_w_factor": 1},
)
_MULTIPLIED = single_operator(
    "DEPTHWISE_CONV_2D",
    [tensor("x", (1, 5, 5, 3)), normal("w", 1, 3, 3, 6), normal("b", 6)],
    [tensor("y", (1, 3, 3, 6))],
    {"padding": "VALID", "stride_w": 1, "stride_h": 1, "depth_multiplier": 2},
)
_STEPS = single_operator(
    "FULLY_CONNECTED",
    [tensor("x", (2, 5, 8)), normal("w", 6, 8), normal("b", 6)],
    [tensor("y", (2, 5, 6))],
    {"keep_num_dims": True},
)
CASES = {
    **{
        name: SINGLE_OPERATORS[name]
        for name in (
            *("fully connected", "convolution", "grouped convolution"),
            "depthwise convolution",
        )
    },
    "strided": _STRIDED,
    "with a multiplier": _MULTIPLIED,
    "of steps": _STEPS,
}


def parts(model):
    subgraph = model.subgraphs[0]
    (operator,) = subgraph.operators
    linear = LINEAR[operator.name]
    weight = subgraph.tensors[operator.inputs[linear.weight]]
    bias = constant(model, subgraph.tensors[operator.inputs[linear.bias]])
    options = with_defaults(operator.options, OPTIONS[operator.name])
    x = np.random.default_rng(0).normal(size=subgraph.tensors[subgraph.inputs[0]].shape)
    product = WEIGHT_PRODUCTS[operator.name]
    return product, linear, options, weight, constant(model, weight), bias, np.float32(x)


@pytest.mark.parametrize("name", CASES)
def test_products_are_the_outputs(name):
    model = CASES[name]
    product, linear, options, weight, values, bias, x = parts(model)
    windows, rows = product.windows(x, options, weight, 1 << 20), product.rows(values)
    by_group = windows.transpose(2, 0, 1) if linear.depthwise else windows
    made = np.einsum("gpi,goi->pgo", by_group, rows.reshape(len(by_group), -1, rows.shape[1]))
    (expected,) = Interpreter(model).invoke(x=x).values()
    np.testing.assert_allclose(
        made.reshape(-1, len(rows)) + bias, expected.reshape(-1, len(rows)), atol=1e-4
    )
    np.testing.assert_array_equal(product.weight(rows, values.shape), values)
    assert windows.flags.c_contiguous
    assert rows.flags.c_contiguous


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("most", [1, 3, 7])
def test_some_windows_of_each_example(name, most):
    product, linear, options, weight, _, _, x = parts(CASES[name])
    positions = 0 if linear.depthwise else 1
    every = product.windows(x, options, weight, 1 << 20)
    some = product.windows(x, options, weight, most)
    assert len(x) <= some.shape[positions] <= max(most * len(x), len(x))
    known = {each.tobytes() for each in np.moveaxis(every, positions, 0)}
    assert all(each.tobytes() in known for each in np.moveaxis(some, positions, 0))


def test_padding_reads_as_zeros():
    model = single_operator(
        "CONV_2D",
        [tensor("x", (1, 1, 1, 1)), normal("w", 1, 3, 3, 1), normal("b", 1)],
        [tensor("y", (1, 1, 1, 1))],
        {"padding": "SAME", "stride_w": 1, "stride_h": 1},
    )
    product, _, options, weight, _, _, x = parts(replace(model))
    windows = product.windows(x, options, weight, 9)
    np.testing.assert_array_equal(windows.reshape(-1), [*[0] * 4, x.item(), *[0] * 4])
