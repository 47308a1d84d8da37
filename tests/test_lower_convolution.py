"""CONV_2D by tiles equals its plain kernel to the bit, by every instruction set of this machine."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.isa import CHOICE
from kernels.window import SAME, VALID
from tests import full_integer
from tests.build_model import Operation, constant, graph, quantization, tensor
from tests.hybrid import FLOAT, PER_CHANNEL, activations
from tests.test_convolution import Case, model
from tests.tiles import USABLE, assert_flat_equals_plain, is_one_segment

CASES = [
    Case((1, 1, 1, 1), (2, 3, 2, 1)),
    Case((2, 5, 6, 3), (16, 3, 3, 3), stride=(2, 2), activation=3),
    Case((1, 7, 7, 130), (96, 1, 1, 130), activation=1),
    Case((3, 2, 3, 16), (130, 1, 1, 16)),
    Case((2, 6, 5, 8), (24, 1, 1, 8), stride=(2, 1)),
    Case((1, 9, 8, 32), (64, 3, 3, 32), padding=VALID),
    Case((1, 9, 8, 5), (48, 3, 3, 5), dilation=(2, 2)),
    Case((2, 6, 6, 12), (40, 3, 2, 6), activation=2),  # 2 groups
    Case((1, 1, 1, 300), (257, 1, 1, 300)),
]
KINDS = [FLOAT, PER_CHANNEL]


@pytest.fixture(params=USABLE)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_floats(case, kind):
    convolution, x, _, _ = model(replace(case, kind=kind))
    assert_flat_equals_plain(convolution, x)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("isa")
def test_what_is_not_finite(kind, bad):
    convolution, x, _, _ = model(Case((3, 4, 5, 6), (20, 3, 3, 6), activation=3, kind=kind))
    x[1, 2, 3, 4] = bad
    assert_flat_equals_plain(convolution, x)


@pytest.mark.parametrize("type_name", ["INT8", "UINT8"])
@pytest.mark.parametrize(
    ("x", "weight", "options"),
    [
        ((1, 1, 1, 1), (1, 1, 1, 1), {}),
        ((2, 7, 6, 5), (33, 3, 3, 5), {"padding": SAME, "stride_h": 2}),
        ((1, 8, 8, 64), (100, 1, 1, 64), {"fused_activation_function": 3}),
        ((2, 6, 6, 8), (6, 3, 3, 4), {"padding": VALID, "dilation_w_factor": 2}),
    ],
)
@pytest.mark.usefixtures("isa")
def test_integers(x, weight, options, type_name):
    options = {"stride_h": 1, "stride_w": 1, **options}
    zero_point = 128 if type_name == "UINT8" else 0
    case = full_integer.Case(
        "CONV_2D",
        x,
        weight,
        type_name,
        type_name,
        options=options,
        per_channel=type_name == "INT8",
        weight_zero_point=zero_point,
    )
    built = full_integer.build(case)
    assert_flat_equals_plain(built.model, *built.feeds)


def padded(x, paddings, element_type: str, quantized=None):
    """PAD, then CONV_2D with 3 x 3 windows and stride 2."""
    rng = np.random.default_rng(0)
    scheme = quantization(rng.uniform(0.01, 0.1, 24).astype(np.float32))
    codes = rng.integers(-127, 128, (24, 3, 3, x[3])).astype(np.int8)
    shape = tuple(np.int32(x) + paddings.sum(axis=1))
    given, inner = (
        tensor(name, size, element_type, quantization=quantized)
        for name, size in (("x", x), ("p", shape))
    )
    size = (x[0], (shape[1] - 1) // 2, (shape[2] - 1) // 2, 24)
    y = tensor("y", size, element_type, quantization=quantized)
    bias = rng.integers(-99, 99, 24).astype(np.int32 if quantized else np.float32)
    operations = [
        Operation("PAD", [given, constant("w", paddings)], [inner], {}, version=2),
        Operation(
            "CONV_2D",
            [inner, constant("f", codes, quantization=scheme), constant("b", bias)],
            [y],
            {"padding": "VALID", "stride_h": 2, "stride_w": 2},
            version=3,
        ),
    ]
    return graph(operations, [given], [y])


PADDINGS = np.int32([(0, 0), (1, 2), (0, 1), (0, 0)])


@pytest.mark.usefixtures("isa")
def test_a_pad_becomes_part_of_the_convolution():
    x = (2, 8, 9, 3)
    given = activations(np.random.default_rng(1), *x) + 3
    assert_flat_equals_plain(padded(x, PADDINGS, "FLOAT32"), given)
    scheme = quantization(0.05, 17)
    codes = np.random.default_rng(2).integers(-128, 128, x).astype(np.int8)
    assert_flat_equals_plain(padded(x, PADDINGS, "INT8", scheme), codes)


REFUSED = [
    Case((2, 7, 6, 4), (4, 3, 3, 1), kind=FLOAT),  # XNNPACK makes it a depthwise convolution
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_left_to_the_plain_kernel(case):
    convolution, x, _, _ = model(case)
    interpreter = Interpreter(convolution)
    interpreter.invoke(x=x)
    assert not is_one_segment(interpreter)


def test_nothing_is_made_of_no_images():
    convolution, _, _, _ = model(CASES[1])
    (output,) = Interpreter(convolution).invoke(x=np.zeros((0, 5, 6, 3), np.float32)).values()
    assert output.shape == (0, 3, 3, 16)
