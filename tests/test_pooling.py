"""Pooling, against a loop over windows in float64, and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError, UnsupportedOperatorError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from kernels.window import place_window
from tests.hybrid import assert_equals_litert
from tests.oracle import check, integers, operator_model, random
from tests.quantized import TYPES, Affine, affines, codes, model_of
from tests.quantized import check as check_quantized

SUM_TOLERANCE = 1e-6
"""Sums of some dozen floats in another order."""
REDUCERS = {
    "AVERAGE_POOL_2D": np.mean,
    "MAX_POOL_2D": np.max,
    "L2_POOL_2D": lambda window, axis: np.sqrt(np.mean(np.square(window), axis)),
}


def pooled(operator, x, size, stride, padding):
    """Every window, cut off at the border, reduced."""
    rows, columns = (
        place_window(x.shape[1 + i], size[i], stride[i], 0 if padding == "SAME" else 1)
        for i in range(2)
    )
    result = np.empty((x.shape[0], rows.positions, columns.positions, x.shape[3]))
    for i, j in np.ndindex(rows.positions, columns.positions):
        top, left = i * stride[0] - rows.before, j * stride[1] - columns.before
        window = x[:, max(top, 0) : top + size[0], max(left, 0) : left + size[1]]
        result[:, i, j] = REDUCERS[operator](window.astype(float), (1, 2))
    return result.astype(np.float32)


def options(size, stride, padding, activation="NONE"):
    return {
        "filter_height": size[0],
        "filter_width": size[1],
        "stride_h": stride[0],
        "stride_w": stride[1],
        "padding": padding,
        "fused_activation_function": activation,
    }


CASES = [
    ((1, 1, 1, 1), (1, 1), (1, 1), "VALID"),
    ((1, 4, 4, 3), (2, 2), (2, 2), "VALID"),
    ((2, 5, 7, 3), (3, 3), (2, 2), "SAME"),
    ((1, 5, 7, 2), (3, 2), (1, 3), "SAME"),
    ((1, 25, 5, 64), (25, 5), (25, 5), "VALID"),
    ((1, 7, 7, 33), (7, 7), (1, 1), "VALID"),
    ((2, 9, 8, 17), (5, 5), (1, 1), "SAME"),
    ((1, 8, 5, 4), (3, 1), (1, 1), "SAME"),
    ((1, 2, 2, 4), (3, 3), (1, 1), "SAME"),
    ((3, 6, 6, 1), (2, 2), (3, 3), "SAME"),
]


@pytest.mark.parametrize(("shape", "size", "stride", "padding"), CASES)
@pytest.mark.parametrize("operator", REDUCERS)
def test_windows(operator, shape, size, stride, padding):
    x = random(1, *shape)
    expected = pooled(operator, x, size, stride, padding)
    tolerance = 0 if operator == "MAX_POOL_2D" else SUM_TOLERANCE
    check(operator, [x], expected, options(size, stride, padding), tolerance=tolerance)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(("shape", "size", "stride", "padding"), CASES)
@pytest.mark.parametrize("operator", REDUCERS)
def test_sums_are_litert_s_to_the_bit(operator, shape, size, stride, padding, numerics):
    x = random(2, *shape) * 100
    given = options(size, stride, padding)
    model = operator_model(operator, [x], [pooled(operator, x, size, stride, padding)], given)
    assert_equals_litert(model, [[x]], numerics)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_stays_so_in_averages_and_only_there(value, numerics):
    x = random(1, 1, 6, 6, 2)
    x[0, 2, 3, 1] = value
    given = options((3, 3), (1, 1), "SAME")
    model = operator_model("AVERAGE_POOL_2D", [x], [x], given)
    average = Interpreter(model, numerics).invoke(in0=x)["out0"]
    expected = pooled("AVERAGE_POOL_2D", x, (3, 3), (1, 1), "SAME")
    np.testing.assert_allclose(average, expected, rtol=SUM_TOLERANCE, atol=SUM_TOLERANCE)


@pytest.mark.parametrize("operator", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
def test_fused_activation(operator):
    x = random(1, 1, 6, 6, 4) * 5
    expected = np.clip(pooled(operator, x, (2, 2), (2, 2), "SAME"), 0, 6)
    given = options((2, 2), (2, 2), "SAME", "RELU6")
    check(operator, [x], expected, given, tolerance=SUM_TOLERANCE)


def run(operator, x, given):
    output = np.empty((1, 1, 1, 1), x.dtype)
    return Interpreter(operator_model(operator, [x], [output], given)).invoke(in0=x)["out0"]


def test_the_maximum_of_negatives_at_a_padded_border():
    x = np.full((1, 3, 3, 1), -5, np.float32)
    result = run("MAX_POOL_2D", x, options((3, 3), (1, 1), "SAME"))
    np.testing.assert_array_equal(result, x)


def test_an_empty_batch():
    x = np.zeros((0, 4, 4, 2), np.float32)
    assert run("AVERAGE_POOL_2D", x, options((2, 2), (2, 2), "VALID")).shape == (0, 2, 2, 2)


@pytest.mark.parametrize(("size", "stride"), [((0, 2), (1, 1)), ((2, 2), (1, 0))])
def test_impossible_windows(size, stride):
    with pytest.raises(ModelError, match=r"impossible|below 1"):
        run("MAX_POOL_2D", random(1, 1, 4, 4, 1), options(size, stride, "VALID"))


def test_a_tensor_that_is_no_image():
    with pytest.raises(InputError, match="images of rank 4"):
        run("MAX_POOL_2D", random(1, 4, 4), options((2, 2), (1, 1), "VALID"))


@pytest.mark.parametrize("activation", ["NONE", "RELU", "RELU6", "RELU_N1_TO_1"])
@pytest.mark.parametrize(("shape", "size", "stride", "padding"), CASES)
@pytest.mark.parametrize("element_type", TYPES)
@pytest.mark.parametrize("operator", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
def test_quantized_images(operator, element_type, shape, size, stride, padding, activation):
    x = affines(len(padding) + shape[1], element_type, 1)[0]
    q = codes(shape[2], x, *shape)
    real = pooled(operator, x.real(q), size, stride, padding)
    low, high = {"NONE": (None, None), "RELU": (0, None), "RELU6": (0, 6)}.get(activation, (-1, 1))
    truth = real if activation == "NONE" else np.clip(real, low, high)
    given = options(size, stride, padding, activation)
    check_quantized(model_of(operator, [(x, q)], x, real.shape, given), [q], x, truth)


def test_a_pool_that_changes_the_scale_is_refused():
    x = Affine("INT8", 0.1)
    q = codes(1, x, 1, 4, 4, 1)
    model = model_of(
        "MAX_POOL_2D",
        [(x, q)],
        Affine("INT8", 0.2),
        (1, 2, 2, 1),
        options((2, 2), (2, 2), "VALID"),
    )
    with pytest.raises(UnsupportedOperatorError, match=r"MAX_POOL_2D.*different quantization"):
        Interpreter(model)


def test_quantized_images_are_refused_by_l2_pools():
    x = integers(1, 1, 4, 4, 1, dtype=np.int8)
    with pytest.raises(UnsupportedOperatorError, match="L2_POOL_2D"):
        run("L2_POOL_2D", x, options((2, 2), (1, 1), "VALID"))
