"""DEPTHWISE_CONV_2D lowered equals its plain kernel to the bit, by every instruction set here."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.isa import CHOICE
from kernels.window import SAME, VALID
from tests import full_integer
from tests.build_model import Operation, constant, graph, quantization, single_operator, tensor
from tests.hybrid import FLOAT, PER_CHANNEL, PER_TENSOR, activations
from tests.test_depthwise_convolution import CHOSEN, Case, model
from tests.tiles import USABLE, assert_flat_equals_plain, is_one_segment, kernels_of

CASES = [
    *CHOSEN,
    Case((1, 9, 12, 40), (3, 3), activation=3),  # blocks of vectors, single ones, and a rest
    Case((2, 11, 10, 24), (5, 5), stride=(2, 2), activation=1),
    Case((1, 13, 12, 33), (3, 3), stride=(2, 1), dilation=(1, 1)),
    Case((1, 40, 9, 16), (3, 3)),  # several bands
    Case((1, 7, 7, 64), (7, 7), activation=2),
    Case((3, 10, 11, 20), (3, 3), dilation=(3, 2), padding=VALID),
    Case((1, 14, 3, 8), (11, 1)),  # a history of several steps
    Case((1, 3, 20, 8), (1, 9), stride=(1, 4)),
    Case((1, 5, 5, 8), (5, 5), multiplier=3),
    Case((1, 8, 8, 48), (2, 2), stride=(3, 3)),  # elements that no window sees
]


@pytest.fixture(params=USABLE)
def isa(request, monkeypatch):
    monkeypatch.setenv(CHOICE, request.param)


def fits(case: Case, kind: str) -> bool:
    """Whether it is lowered: of hybrid ones the end of an image must be known."""
    return kind == FLOAT or case.multiplier == 1 or case.x[3] % 8 == 0


@pytest.mark.parametrize("kind", [FLOAT, PER_TENSOR, PER_CHANNEL])
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("isa")
def test_floats(case, kind):
    convolution, x, _, _ = model(replace(case, kind=kind))
    if fits(case, kind):
        assert_flat_equals_plain(convolution, x)


@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL])
@pytest.mark.parametrize("size", [(3, 3), (5, 5), (2, 3)])
@pytest.mark.usefixtures("isa")
def test_a_missing_bias_is_zero(size, kind):
    convolution, x, _, _ = model(Case((1, 6, 7, 20), size, kind=kind), with_bias=False)
    assert_flat_equals_plain(convolution, x)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL])
@pytest.mark.parametrize("size", [(3, 3), (5, 5), (2, 3)])
@pytest.mark.usefixtures("isa")
def test_what_is_not_finite(size, kind, bad):
    convolution, x, _, _ = model(Case((3, 6, 7, 20), size, activation=3, kind=kind))
    x[1, 2, 3, 4] = bad
    assert_flat_equals_plain(convolution, x)


@pytest.mark.parametrize("size", [(3, 3), (5, 5), (2, 3)])
@pytest.mark.parametrize("number", [-0.0, np.inf, np.nan, 1e-44])
@pytest.mark.usefixtures("isa")
def test_what_is_beyond_the_image_is_multiplied(size, number):
    """Zero times a weight that is not finite is no number, and -0.0 + 0.0 is 0.0."""
    filters = np.full((1, *size, 20), number, np.float32)
    filters[..., ::2] *= -1
    convolution = single_operator(
        "DEPTHWISE_CONV_2D",
        [
            tensor("x", (1, 4, 5, 20)),
            constant("w", filters),
            constant("b", np.full(20, -0.0, np.float32)),
        ],
        [tensor("y", (1, 4, 5, 20))],
        {"padding": SAME, "stride_h": 1, "stride_w": 1, "depth_multiplier": 1},
    )
    x = np.random.default_rng(0).choice([-0.0, 0.0, 1.0, -1.0], (1, 4, 5, 20))
    assert_flat_equals_plain(convolution, x.astype(np.float32))


@pytest.mark.usefixtures("isa")
def test_numbers_at_the_end_of_an_image_are_rounded_one_by_one():
    """The last number below a half: up among others, down at the end."""
    convolution, _, _, _ = model(Case((2, 3, 3, 3), (1, 1), kind=PER_CHANNEL))
    x = np.full((2, 3, 3, 3), np.nextafter(np.float32(0.5), np.float32(0)), np.float32)
    x[:, 0, 0, :2] = [255, 0]
    assert_flat_equals_plain(convolution, x)


@pytest.mark.parametrize(
    ("x", "size", "multiplier", "options"),
    [
        ((1, 1, 1, 1), (1, 1), 1, {}),
        ((2, 7, 6, 37), (3, 3), 1, {"stride_h": 2, "fused_activation_function": 3}),
        ((1, 12, 12, 100), (3, 3), 1, {"fused_activation_function": 1}),
        ((1, 9, 9, 16), (5, 5), 1, {"padding": VALID, "stride_w": 2}),
        ((2, 8, 8, 5), (4, 2), 2, {"padding": SAME, "dilation_w_factor": 2}),
    ],
)
@pytest.mark.usefixtures("isa")
def test_integers(x, size, multiplier, options):
    options = {"stride_h": 1, "stride_w": 1, "depth_multiplier": multiplier, **options}
    weight = (1, *size, x[3] * multiplier)
    built = full_integer.build(full_integer.Case("DEPTHWISE_CONV_2D", x, weight, options=options))
    assert_flat_equals_plain(built.model, *built.feeds)


def padded(x, paddings, filters, y, options, scheme=None):
    """PAD, then DEPTHWISE_CONV_2D."""
    element_type = "FLOAT32" if scheme is None else "INT8"
    shape = tuple(np.int32(x) + paddings.sum(axis=1))
    given, inner, made = (
        tensor(name, size, element_type, quantization=scheme)
        for name, size in (("x", x), ("p", shape), ("y", y))
    )
    bias = np.random.default_rng(0).integers(-99, 99, x[3])
    operations = [
        Operation("PAD", [given, constant("w", paddings)], [inner], {}, version=2),
        Operation(
            "DEPTHWISE_CONV_2D",
            [inner, filters, constant("b", bias.astype(np.int32 if scheme else np.float32))],
            [made],
            {"depth_multiplier": 1, **options},
            version=3,
        ),
    ]
    return graph(operations, [given], [made])


PADDINGS = np.int32([(0, 0), (1, 2), (0, 1), (0, 0)])
STRIDED = {"padding": VALID, "stride_h": 2, "stride_w": 2}


@pytest.mark.parametrize("options", [STRIDED, {"padding": SAME, "stride_h": 1, "stride_w": 3}])
@pytest.mark.parametrize("channels", [16, 5])
@pytest.mark.usefixtures("isa")
def test_a_pad_becomes_part_of_the_convolution(channels, options):
    x, rng = (2, 8, 9, channels), np.random.default_rng(1)
    codes = rng.integers(-127, 128, (1, 3, 3, channels)).astype(np.int8)
    scheme = quantization(rng.uniform(0.01, 0.1, channels).astype(np.float32), axis=3)
    y = (2, 5, 4, channels) if options is STRIDED else (2, 11, 4, channels)
    hybrid, real = constant("f", codes, quantization=scheme), codes.astype(np.float32)
    given = activations(rng, *x) + 3
    floats = padded(x, PADDINGS, constant("f", real), y, options)
    assert_flat_equals_plain(floats, given)
    assert len(kernels_of(floats, given)) == 1
    assert_flat_equals_plain(padded(x, PADDINGS, hybrid, y, options), given)
    integers = padded(x, PADDINGS, hybrid, y, options, quantization(0.05, 17))
    given = rng.integers(-128, 128, x).astype(np.int8)
    assert_flat_equals_plain(integers, given)
    assert len(kernels_of(integers, given)) == 1


REFUSED = [
    Case((1, 5, 6, 3), (3, 3), multiplier=2, kind=PER_CHANNEL),
    Case((1, 1, 70_000, 1), (1, 3), kind=FLOAT),  # too wide
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_left_to_the_plain_kernel(case):
    convolution, x, _, _ = model(case)
    interpreter = Interpreter(convolution)
    interpreter.invoke(x=x)
    assert not is_one_segment(interpreter)


def test_nothing_is_made_of_no_images():
    convolution, _, _, _ = model(CHOSEN[2])
    (output,) = Interpreter(convolution).invoke(x=np.zeros((0, 5, 6, 3), np.float32)).values()
    assert output.shape == (0, 5, 6, 3)
