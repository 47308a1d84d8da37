import numpy as np
import pytest

from kernels.interpreter import Interpreter
from tests.build_model import constant, quantization, single_operator, tensor
from tests.tiles import assert_flat_equals_plain, is_one_segment

IMAGE = (2, 3, 4, 5)

CASES = [
    *(
        (IMAGE, [(0, 0), rows, columns, (0, 0)])
        for rows in [(0, 0), (1, 0), (2, 3)]
        for columns in [(0, 0), (0, 2), (4, 1)]
    ),
    (IMAGE, [(1, 0), (0, 2), (1, 1), (3, 2)]),
    ((7,), [(2, 1)]),
    ((1, 1), [(0, 0), (0, 40)]),
    ((3, 2, 2, 2, 3), [(0, 1), (0, 0), (1, 0), (0, 0), (2, 2)]),
]


def padded(x, widths, element_type="FLOAT32", zero=None, value=None):
    scheme = None if zero is None else quantization(0.1, zero)
    shape = tuple(np.int32(x) + np.int32(widths).sum(axis=1))
    given, made = (
        tensor(name, size, element_type, quantization=scheme)
        for name, size in (("x", x), ("y", shape))
    )
    inputs = [given, constant("p", np.int32(widths))]
    if value is not None:
        inputs.append(constant("v", value, element_type))
    return single_operator("PAD" if value is None else "PADV2", inputs, [made], {})


@pytest.mark.parametrize(("x", "widths"), CASES)
def test_zeros(x, widths):
    rng = np.random.default_rng(0)
    assert_flat_equals_plain(padded(x, widths), rng.standard_normal(x).astype(np.float32))
    for element_type, dtype, zero in (
        ("INT8", np.int8, -7),
        ("UINT8", np.uint8, 200),
        ("INT32", np.int32, None),
    ):
        codes = rng.integers(0, 128, x).astype(dtype)
        assert_flat_equals_plain(padded(x, widths, element_type, zero), codes)


@pytest.mark.parametrize(("x", "widths"), CASES)
@pytest.mark.parametrize("value", [-0.0, 3.5, np.nan, -np.inf])
def test_any_number(x, widths, value):
    given = np.random.default_rng(1).standard_normal(x).astype(np.float32)
    assert_flat_equals_plain(padded(x, widths, value=np.float32([value])), given)


@pytest.mark.parametrize(
    ("x", "widths", "element_type"),
    [
        ((2,) * 5, [(1, 1)] * 5, "FLOAT32"),
        ((0, 1, 1, 1), [(0, 1)] * 4, "FLOAT32"),
        (IMAGE, [(1, 1)] * 4, "INT64"),
    ],
)
def test_what_is_left_to_the_plain_kernel(x, widths, element_type):
    interpreter = Interpreter(padded(x, widths, element_type))
    interpreter.invoke(x=np.ones(x, {"FLOAT32": np.float32, "INT64": np.int64}[element_type]))
    assert not is_one_segment(interpreter)
