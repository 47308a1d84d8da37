import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.isa import CHOICE
from tests.build_model import constant, quantization, single_operator, tensor
from tests.tiles import USABLE, assert_flat_equals_plain, is_one_segment

IMAGE = (2, 3, 4, 5)


def padded(x, widths, element_type="FLOAT32", zero=None):
    scheme = None if zero is None else quantization(0.1, zero)
    shape = tuple(np.int32(x) + np.int32(widths).sum(axis=1))
    given, made = (
        tensor(name, size, element_type, quantization=scheme)
        for name, size in (("x", x), ("y", shape))
    )
    return single_operator("PAD", [given, constant("p", np.int32(widths))], [made], {})


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("rows", [(0, 0), (1, 0), (2, 3)])
@pytest.mark.parametrize("columns", [(0, 0), (0, 2), (4, 1)])
def test_images(monkeypatch, rows, columns, isa):
    monkeypatch.setenv(CHOICE, isa)
    widths, rng = [(0, 0), rows, columns, (0, 0)], np.random.default_rng(0)
    assert_flat_equals_plain(padded(IMAGE, widths), rng.standard_normal(IMAGE).astype(np.float32))
    for element_type, dtype, zero in (("INT8", np.int8, -7), ("UINT8", np.uint8, 200)):
        codes = rng.integers(0, 128, IMAGE).astype(dtype)
        assert_flat_equals_plain(padded(IMAGE, widths, element_type, zero), codes)


@pytest.mark.parametrize(
    ("x", "widths"),
    [
        (IMAGE, [(1, 0), (0, 0), (0, 0), (0, 0)]),
        (IMAGE[:3], [(1, 1)] * 3),
        ((0, 1, 1, 1), [(0, 1)] * 4),
    ],
)
def test_what_is_left_to_the_plain_kernel(x, widths):
    interpreter = Interpreter(padded(x, widths))
    interpreter.invoke(x=np.ones(x, np.float32))
    assert not is_one_segment(interpreter)
