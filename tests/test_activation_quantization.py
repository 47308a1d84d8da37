import numpy as np
import pytest

from kernels import activation_quantization as quantization
from tests import naive

QUANTIZERS = [
    pytest.param(quantization.symmetric, naive.symmetric, id="symmetric"),
    pytest.param(quantization.asymmetric, naive.asymmetric, id="asymmetric"),
    pytest.param(quantization.xnnpack, naive.xnnpack, id="xnnpack"),
]

ROWS = {
    "zeros": [0.0, 0.0, 0.0],
    "negative zero": [-0.0, 0.0],
    "one value": [0.7],
    "all positive": [0.1, 3.0, 2.9],
    "all negative": [-0.1, -3.0],
    "symmetric range": [-1.0, 1.0, 0.5],
    "ties at scale 1": [127.0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 63.5, -126.5],
    "ties, range 255": [-128.0, 127.0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 126.5],
    "ties, positive range": [255.0, 0.5, 1.5, 2.5, 100.5, 254.5],
    "ties, negative range": [-255.0, -0.5, -1.5, -254.5],
    "large": [3e38, -1e30, 1e37],
    "small": [1e-30, -2e-30, 5e-31],
    "mixed magnitudes": [1e-20, 1.0, -1e-3, 1e10],
}


def assert_rows(rows, quantizer, definition):
    quantized = quantizer(rows)
    for i, row in enumerate(rows):
        codes, scale, zero_point = definition(list(row))
        assert quantized.scale[i, 0] == scale
        assert quantized.zero_point[i, 0] == zero_point
        np.testing.assert_array_equal(quantized.values[i], np.array(codes) - zero_point)


@pytest.mark.parametrize(("quantizer", "definition"), QUANTIZERS)
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_chosen_rows(row, quantizer, definition):
    assert_rows(np.array([row], np.float32), quantizer, definition)


@pytest.mark.parametrize(("quantizer", "definition"), QUANTIZERS)
@pytest.mark.parametrize("seed", range(12))
def test_random_rows(seed, quantizer, definition):
    rng = np.random.default_rng(seed)
    shape = (30, rng.integers(1, 40))
    rows = rng.standard_normal(shape) * 10.0 ** rng.integers(-8, 8) + rng.choice([-1, 0, 1])
    assert_rows(rows.astype(np.float32), quantizer, definition)


@pytest.mark.parametrize(("quantizer", "definition"), QUANTIZERS)
def test_every_row_stands_alone(quantizer, definition):
    rows = np.random.default_rng(0).standard_normal((5, 7)).astype(np.float32)
    rows[2] *= 1000
    together = quantizer(rows)
    for i in range(len(rows)):
        alone = quantizer(rows[i : i + 1])
        np.testing.assert_array_equal(together.values[i], alone.values[0])
        assert together.scale[i] == alone.scale[0]


@pytest.mark.parametrize("quantizer", [p.values[0] for p in QUANTIZERS])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_row_that_is_not_finite_makes_nan_of_itself_only(quantizer, bad):
    rows = np.ones((3, 9), np.float32)
    rows[1, 4] = bad
    scale = quantizer(rows).scale[:, 0]
    assert np.isnan(scale[1])
    assert np.isfinite(scale[[0, 2]]).all()


@pytest.mark.parametrize("quantizer", [quantization.asymmetric, quantization.xnnpack])
def test_a_range_beyond_float32_is_not_finite(quantizer):
    assert np.isnan(quantizer(np.array([[3e38, -3e38]], np.float32)).scale[0, 0])


@pytest.mark.parametrize("quantizer", [p.values[0] for p in QUANTIZERS])
def test_a_row_too_small_to_invert_counts_as_zero(quantizer):
    quantized = quantizer(np.array([[1e-38, -1e-38]], np.float32))
    assert quantized.scale[0, 0] == 1
    assert not quantized.values.any()


@pytest.mark.parametrize("quantizer", [p.values[0] for p in QUANTIZERS])
@pytest.mark.parametrize("shape", [(0, 4), (3, 0), (2, 3, 5), (1, 1)])
def test_shapes(quantizer, shape):
    quantized = quantizer(np.ones(shape, np.float32))
    assert quantized.values.shape == shape
    assert quantized.scale.shape == quantized.zero_point.shape == (*shape[:-1], 1)
    assert quantized.values.dtype == quantized.scale.dtype == np.float32


def test_the_last_number_below_one_half_rounds_up_in_whole_vectors_only():
    below_half = np.nextafter(np.float32(0.5), np.float32(0))
    row = np.full((1, 11), below_half)
    row[0, 3] = 127
    np.testing.assert_array_equal(
        quantization.symmetric(row).values[0], [1, 1, 1, 127, 1, 1, 1, 1, 0, 0, 0]
    )


def test_the_option_chooses_between_tflites_quantizers():
    assert quantization.tflite(True) is quantization.asymmetric
    assert quantization.tflite(False) is quantization.symmetric
