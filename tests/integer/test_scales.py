"""The scales of activations: by range, shared, prescribed."""

import numpy as np

from quant.integer.affine import Affine
from quant.integer.scales import BY_RANGE
from quant.ranges import Range
from tests.build_model import Operation, constant, graph, tensor
from tests.integer.models import chain, convolution, one, plan_of, values

X, A, M, Y = map(values, "xamy")
PROBABILITY = Affine("INT8", 1 / 256, -128)


def scaled(model, **recipe):
    """Tensor name -> how it is quantized; and the outputs that get a QUANTIZE, by name."""
    plan = plan_of(model, **recipe)
    names = [each.name for each in model.subgraphs[0].tensors]
    by_name = {names[t]: each for (_, t), each in plan.scales.tensors.items()}
    return by_name, {names[t]: each for (_, t), each in plan.scales.made.items()}


def test_the_scale_of_an_activation_is_the_finest_for_its_range():
    model = chain(convolution(X, Y))
    plan = plan_of(model)
    for place, each in plan.scales.tensors.items():
        assert each.affine == Affine.of(plan.scheme.ranges[place], "INT8")
        assert each.reason.startswith(BY_RANGE)


def test_an_operator_that_moves_has_one_scale_for_all():
    pool = {"padding": "SAME", "stride_w": 1, "stride_h": 1, "filter_width": 2, "filter_height": 2}
    found, made = scaled(chain(convolution(X, A), one("MAX_POOL_2D", A, M, pool)))
    assert found["a"].affine == found["m"].affine
    assert "one scale for 2 tensors (MAX_POOL_2D)" in found["a"].reason
    assert not made


def test_a_kernel_prescribes_what_it_makes():
    found, made = scaled(chain(convolution(X, A), one("LOGISTIC", A, Y)))
    assert found["y"].affine == PROBABILITY
    assert found["y"].reason == "as LOGISTIC prescribes"
    assert not made


def test_what_is_prescribed_holds_for_what_only_moves_it():
    moved = one("RESHAPE", A, Y, {"new_shape": np.array([1, 8, 8, 4], np.int32)})
    found, _ = scaled(chain(one("LOGISTIC", X, A), moved))
    assert found["a"].affine == found["y"].affine == PROBABILITY


def test_where_a_group_is_wider_than_what_is_prescribed_a_quantize_follows():
    joined = tensor("y", (1, 8, 8, 8))
    model = graph(
        [
            convolution(X, A),
            one("LOGISTIC", X, M),
            Operation("CONCATENATION", [A, M], [joined], {"axis": 3}),
        ],
        [X],
        [joined],
    )
    found, made = scaled(model)
    assert found["a"].affine == found["m"].affine == found["y"].affine != PROBABILITY
    assert made == {"m": PROBABILITY}


def test_a_constant_in_a_group_widens_it():
    pad = Operation(
        "PADV2",
        [
            A,
            constant("pads", np.int32([[0, 0], [1, 1], [1, 1], [0, 0]])),
            constant("v", np.float32([1000])),
        ],
        [tensor("y", (1, 10, 10, 4))],
        {},
    )
    found, _ = scaled(graph([convolution(X, A), pad], [X], [pad.outputs[0]]))
    assert found["a"].affine.range.max >= 999


def test_tflite_micro_shares_the_scale_of_relu6():
    model = chain(convolution(X, A), one("RELU6", A, Y))
    assert scaled(model)[0]["a"] != scaled(model)[0]["y"]
    micro, _ = scaled(model, target_runtime="tflite_micro")
    assert micro["a"].affine == micro["y"].affine


def test_int16_is_symmetric():
    found, _ = scaled(chain(convolution(X, Y)), scheme="int16x8")
    assert {each.affine.zero_point for each in found.values()} == {0}


def test_a_range_is_of_real_numbers():
    assert PROBABILITY.range == Range(0.0, 255 / 256)
