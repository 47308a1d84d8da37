from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.model import Blocks, Model
from kernels.node import NUMERICS, REFERENCE
from kernels.window import VALID
from tests.build_model import constant, quantization, single_operator, tensor
from tests.full_integer import (
    ABSENT,
    DTYPES,
    FED,
    INT32_BIAS,
    VERSIONS,
    Built,
    Case,
    build,
    requantized,
)
from tests.hybrid import run
from tests.oracle import litert

CONV, DEPTHWISE, FULLY = "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"
TRANSPOSE, MATMUL = "TRANSPOSE_CONV", "BATCH_MATMUL"

GEOMETRY = [
    Case(CONV, (1, 1, 1, 1), (1, 1, 1, 1)),
    Case(CONV, (2, 5, 6, 3), (4, 3, 3, 3)),
    Case(CONV, (2, 5, 6, 8), (11, 1, 1, 8)),
    Case(CONV, (1, 9, 8, 4), (5, 3, 2, 4), options={"stride_h": 2, "padding": VALID}),
    Case(CONV, (1, 9, 8, 4), (3, 3, 3, 4), options={"dilation_w_factor": 2}),
    Case(CONV, (2, 6, 6, 6), (4, 3, 3, 3)),  # 2 groups
    Case(CONV, (1, 7, 6, 4), (4, 3, 3, 1)),  # to XNNPACK a depthwise convolution
    Case(CONV, (1, 4, 4, 130), (5, 3, 3, 130)),
    Case(DEPTHWISE, (1, 1, 1, 1), (1, 1, 1, 1)),
    Case(DEPTHWISE, (2, 7, 6, 9), (1, 3, 3, 9)),
    Case(DEPTHWISE, (1, 6, 7, 4), (1, 2, 3, 12), options={"stride_w": 2}),
    Case(DEPTHWISE, (2, 9, 8, 3), (1, 5, 6, 3), options={"padding": VALID}),
    Case(DEPTHWISE, (1, 8, 8, 16), (1, 3, 3, 16), options={"dilation_h_factor": 2}),
    Case(FULLY, (1, 1), (1, 1)),
    Case(FULLY, (3, 2, 6), (5, 12)),
    Case(FULLY, (2, 3, 8), (19, 8), options={"keep_num_dims": True}),
    Case(FULLY, (2, 700), (9, 700)),
    Case(TRANSPOSE, (1, 1, 1, 1), (1, 1, 1, 1), shape=(1, 1, 1, 1)),
    Case(
        TRANSPOSE,
        (2, 3, 4, 5),
        (10, 3, 3, 5),
        shape=(2, 6, 8, 10),
        options={"stride_h": 2, "stride_w": 2},
    ),
    Case(TRANSPOSE, (1, 4, 3, 6), (3, 2, 3, 6), shape=(1, 5, 5, 3), options={"padding": VALID}),
    Case(
        TRANSPOSE,  # XNNPACK wants a filter as large as the stride
        (1, 3, 3, 4),
        (9, 1, 1, 4),
        shape=(1, 6, 6, 9),
        options={"stride_h": 2, "stride_w": 2},
    ),
    Case(MATMUL, (1, 1), (1, 1)),
    Case(MATMUL, (2, 5, 7), (2, 7, 3)),
    Case(MATMUL, (3, 7, 4), (1, 9, 7), options={"adj_x": True, "adj_y": True}),
]


def variants(case: Case) -> list[Case]:
    """One geometry in all arithmetics that LiteRT has for it."""
    plain = replace(case, bias_is=ABSENT) if case.operator == MATMUL else case
    one_scale = replace(plain, per_channel=False)
    wide = replace(plain, type="INT16", bias_type="INT64")
    unsigned = replace(one_scale, type="UINT8", weight_type="UINT8", weight_zero_point=131)
    narrow = replace(wide, bias_type="INT32", options={**case.options, **INT32_BIAS})
    if case.operator == MATMUL:
        both = replace(one_scale, type="INT16", weight_type="INT16")
        return [
            one_scale,
            replace(one_scale, weight_is=FED),
            both,
            replace(both, weight_type="INT8"),
        ]
    return [
        plain,
        one_scale,
        unsigned,
        wide,
        replace(wide, per_channel=False),
        *([] if case.operator == DEPTHWISE else [narrow]),
        *([] if case.operator == TRANSPOSE else [replace(plain, weight_type="INT4")]),
        *([replace(plain, weight_type="INT2")] if case.operator == "FULLY_CONNECTED" else []),
        *(replace(plain, fill=fill) for fill in (0.02, 100)),
        *(with_option(plain, "fused_activation_function", code) for code in (1, 2, 3)),
    ]


def with_option(case: Case, name: str, value: int) -> Case:
    return replace(case, options={**case.options, name: value})


CASES = [
    replace(variant, seed=10 * number + repeat)
    for number, case in enumerate(GEOMETRY)
    for variant in variants(case)
    for repeat in range(2)
]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_equals_litert(case, numerics):
    built = build(case)
    (ours,) = run(built.model, [built.feeds], numerics)
    (theirs,) = litert(built.model, built.feeds, numerics)
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", [case for case in CASES if case.seed % 2 == 0], ids=str)
def test_equals_the_definition(case, numerics):
    built = build(case)
    (ours,) = run(built.model, [built.feeds], numerics)
    np.testing.assert_array_equal(ours, requantized(case, built, numerics))


OPTIMIZED = [
    replace(case, per_channel=False, weight_is=FED, options=case.options)
    for case in (
        Case(CONV, (2, 5, 6, 3), (4, 3, 3, 3)),
        Case(CONV, (2, 6, 6, 6), (4, 3, 3, 3)),
        Case(FULLY, (3, 12), (19, 12)),
        Case(DEPTHWISE, (2, 7, 6, 21), (1, 3, 3, 21)),
        Case(TRANSPOSE, (1, 4, 5, 4), (11, 2, 2, 4), shape=(1, 4, 5, 11)),
    )
] + [
    replace(case, bias_is=FED)
    for case in (
        Case(CONV, (1, 5, 6, 3), (17, 2, 2, 3)),
        Case(FULLY, (3, 12), (19, 12)),
        Case(DEPTHWISE, (1, 7, 6, 10), (1, 3, 3, 10)),
        Case(TRANSPOSE, (1, 4, 5, 4), (18, 2, 2, 4), shape=(1, 4, 5, 18)),
    )
]
"""What XNNPACK leaves to TFLite's optimized kernels: weights or a bias made at run time."""
UNSIGNED = [
    replace(case, type="UINT8", weight_type="UINT8", per_channel=False, weight_zero_point=9)
    for case in OPTIMIZED
]
SHIFTED = [
    Case(FULLY, (6, 8), (9, 8), per_channel=False, weight_zero_point=-7),
    Case(MATMUL, (2, 5, 7), (2, 7, 3), per_channel=False, weight_zero_point=11, bias_is=ABSENT),
]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("case", [*OPTIMIZED, *UNSIGNED, *SHIFTED], ids=str)
def test_what_xnnpack_does_not_take(case, numerics, seed):
    case = replace(case, seed=seed)
    built = build(case)
    (ours,) = run(built.model, [in_order(built)], numerics)
    np.testing.assert_array_equal(ours, requantized(case, built, numerics))
    np.testing.assert_array_equal(ours, litert(built.model, in_order(built), numerics)[0])


def in_order(built: Built) -> list[np.ndarray]:
    """The feeds as LiteRT lists the inputs: TRANSPOSE_CONV's weights come before its x."""
    tensors = built.model.subgraphs[0].tensors
    names = [tensors[i].name for i in built.model.subgraphs[0].inputs]
    fed = dict(zip([name for name in ("x", "w", "b") if name in names], built.feeds, strict=True))
    return [fed[name] for name in names]


def end_sums(count: int, per_channel: bool) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Biases that end as close to a half as they can, and the scales for it."""
    rng = np.random.default_rng(count)
    x_scale, out_scale = np.float32(rng.uniform(0.001, 0.1)), np.float32(rng.uniform(0.5, 1.5))
    weight_scale = rng.uniform(0.001, 0.1, count if per_channel else 1).astype(np.float32)
    ratio = np.float64(x_scale) * weight_scale / out_scale
    halves = rng.integers(-100, 100, count) + 0.5
    return np.rint(halves / ratio).astype(np.int32), weight_scale, x_scale, out_scale


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("per_channel", [True, False])
@pytest.mark.parametrize("type_name", ["INT8", "UINT8"])
@pytest.mark.parametrize("operator", [CONV, FULLY])
def test_sums_near_halves(operator, type_name, per_channel, numerics):
    """The scales' products differ in their last bits: here that shows."""
    if per_channel and type_name == "UINT8":
        with pytest.raises(ModelError, match="UINT8 weights have one scale"):
            run(near_halves(operator, type_name, 3, per_channel), [[]], numerics)
        return
    model = near_halves(operator, type_name, 20_000, per_channel)
    feed = np.zeros(model.subgraphs[0].tensors[0].shape, DTYPES[type_name])
    (ours,) = run(model, [[feed]], numerics)
    np.testing.assert_array_equal(ours, litert(model, [feed], numerics)[0])


def near_halves(operator: str, type_name: str, count: int, per_channel: bool) -> Model:
    """Its activations are zero, so that the outputs are its biases, requantized."""
    bias, weight_scale, x_scale, out_scale = end_sums(count, per_channel)
    ones = (1, 1) if operator == CONV else ()
    zero = 128 if type_name == "UINT8" else 0
    weights = np.ones((count, *ones, 1), DTYPES[type_name])
    return single_operator(
        operator,
        [
            tensor("x", (1, *ones, 1), type_name, quantization=quantization(x_scale)),
            constant("w", weights, quantization=quantization(weight_scale)),
            constant("b", bias, quantization=quantization(x_scale * weight_scale)),
        ],
        [tensor("y", (1, *ones, count), type_name, quantization=quantization(out_scale, zero))],
        {"stride_h": 1, "stride_w": 1} if operator == CONV else {},
        version=VERSIONS[operator],
    )


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("operator", [CONV, FULLY])
@pytest.mark.parametrize("scale", [0.4, 0.75, 1.5, 2.4, 4.0, 12.0])
@pytest.mark.parametrize("code", [1, 2, 3])
def test_bounds_of_activations_on_ties(code, scale, operator, numerics):
    """1 / scale or 6 / scale is a half for some of them."""
    model = near_halves(operator, "INT8", 500, per_channel=False)
    (graph,) = model.subgraphs
    *inputs, out = graph.tensors
    out = replace(out, quantization=quantization(scale, 3))
    options = replace(
        graph.operators[0].options,
        fields={**graph.operators[0].options.fields, "fused_activation_function": code},
    )
    operators = (replace(graph.operators[0], options=options),)
    graph = replace(graph, tensors=(*inputs, out), operators=operators)
    model = replace(model, subgraphs=(graph,))
    feed = np.zeros(inputs[0].shape, np.int8)
    (ours,) = run(model, [[feed]], numerics)
    np.testing.assert_array_equal(ours, litert(model, [feed], numerics)[0])


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("batch", [0, 1, 4])
@pytest.mark.parametrize("case", GEOMETRY[1:6] + GEOMETRY[9:11] + GEOMETRY[16:17], ids=str)
def test_any_batch(case, batch, numerics):
    built = build(case)
    feed = np.repeat(built.feeds[0][:1], batch, axis=0)
    (together,) = run(built.model, [[feed]], numerics)
    (alone,) = run(built.model, [[built.feeds[0][:1]]], numerics)
    np.testing.assert_array_equal(together, np.repeat(alone, batch, axis=0))


@pytest.mark.parametrize("numerics", NUMERICS)
def test_the_weight_minus_128_has_its_sign(numerics):
    scale = quantization(0.5)
    model = single_operator(
        FULLY,
        [
            tensor("x", (1, 32), "INT8", quantization=scale),
            constant("w", np.full((2, 32), -128, np.int8), quantization=scale),
        ],
        [tensor("y", (1, 2), "INT8", quantization=quantization(16.0))],
        {},
    )
    (ours,) = run(model, [[np.full((1, 32), -1, np.int8)]], numerics)
    assert ours.tolist() == [[64, 64]]


def with_tensor(case: Case, name: str, **fields) -> Model:
    model = build(case).model
    (graph,) = model.subgraphs
    tensors = tuple(replace(t, **fields) if t.name == name else t for t in graph.tensors)
    return replace(model, subgraphs=(replace(graph, tensors=tensors),))


PLAIN = Case(CONV, (1, 4, 4, 3), (2, 3, 3, 3))
BLOCKS = Blocks(3, np.ones((2, 3, 3, 1), np.float32))


@pytest.mark.parametrize(
    ("model", "error", "match"),
    [
        (
            build(replace(PLAIN, type="UINT8")).model,
            UnsupportedOperatorError,
            "UINT8 activations, INT8 weights, INT32 bias and makes UINT8",
        ),
        (with_tensor(PLAIN, "y", type="INT16"), UnsupportedOperatorError, "makes INT16"),
        (build(replace(PLAIN, bias_type="INT64")).model, UnsupportedOperatorError, "INT64 bias"),
        (
            build(
                Case(TRANSPOSE, (1, 2, 2, 2), (2, 1, 1, 2), weight_type="INT4", shape=(1, 2, 2, 2))
            ).model,
            UnsupportedOperatorError,
            "INT4 weights",
        ),
        (with_tensor(PLAIN, "w", quantization=None), ModelError, "'w' has no scale"),
        (
            with_tensor(PLAIN, "w", quantization=quantization(0.1, 3)),
            ModelError,
            "'w' has a zero point that is not 0",
        ),
        (
            with_tensor(PLAIN, "w", quantization=quantization([0.1] * 3, 0, 3)),
            ModelError,
            "'w' has 3 scales on axis 3",
        ),
        (
            with_tensor(PLAIN, "w", quantization=replace(quantization(1), blocks=BLOCKS)),
            UnsupportedOperatorError,
            "'w' has a scale for every block",
        ),
        (with_tensor(PLAIN, "y", quantization=None), UnsupportedOperatorError, "'y'.* 0 scales"),
        (
            with_tensor(PLAIN, "x", quantization=quantization([0.1] * 3, 0, 3)),
            UnsupportedOperatorError,
            "'x'.* 3 scales",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_kernel_takes_is_refused_at_load(model, error, match):
    with pytest.raises(error, match=match):
        Interpreter(model, REFERENCE)


def test_a_fully_connected_weight_is_a_matrix():
    model = with_tensor(Case(FULLY, (1, 8), (2, 8)), "w", shape=(2, 4, 2))
    with pytest.raises(ModelError, match=r"'w' has shape \(2, 4, 2\)"):
        Interpreter(model, REFERENCE)
