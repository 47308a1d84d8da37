"""STRIDED_SLICE, against NumPy's own indexing and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from tests.oracle import Fixed, check, integers, operator_model, random

ALL = slice(None)


def bits(index, kind):
    return sum(1 << i for i, entry in enumerate(index) if kind(entry))


def spelled_out(index):
    """(begin, end, strides, masks) of NumPy's index."""
    begin, end, strides = [], [], []
    for entry in index:
        part = (
            entry if isinstance(entry, slice) else slice(entry if isinstance(entry, int) else 0, 0)
        )
        begin.append(part.start or 0)
        end.append(part.stop or 0)
        strides.append(part.step or 1)
    options = {
        "begin_mask": bits(index, lambda e: isinstance(e, slice) and e.start is None),
        "end_mask": bits(index, lambda e: isinstance(e, slice) and e.stop is None),
        "ellipsis_mask": bits(index, lambda e: e is Ellipsis),
        "new_axis_mask": bits(index, lambda e: e is None),
        "shrink_axis_mask": bits(index, lambda e: isinstance(e, int)),
    }
    return [np.int32(part) for part in (begin, end, strides)], options


CASES = [
    ((5,), (slice(1, 4, 1),)),
    ((5,), (slice(-3, -1, 1),)),
    ((5,), (slice(1, 99, 2),)),
    ((5,), (slice(None, None, -1),)),
    ((5,), (slice(3, 0, -2),)),
    ((5,), (2,)),
    ((5,), (-1,)),
    ((3, 4), (ALL, slice(1, None))),
    ((3, 4), (1,)),
    ((3, 4), (1, slice(None, 2))),
    ((3, 4), (None, ALL, 2)),
    ((2, 3, 4), (Ellipsis, 0)),
    ((2, 3, 4), (0, Ellipsis, slice(1, 3))),
    ((2, 3, 4), (Ellipsis, None)),
    ((2, 3, 4), (ALL, None, -1, slice(None, None, 3))),
    ((2, 3, 4, 5), (slice(0, 1), ALL, slice(-2, None), slice(4, 0, -3))),
    ((1, 28, 1), (ALL, slice(-1, None), 0)),
]


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64, np.int8, np.bool_])
@pytest.mark.parametrize(("shape", "index"), CASES, ids=str)
def test_like_numpy(shape, index, dtype):
    x = integers(1, *shape, low=0, high=2, dtype=dtype)
    parameters, options = spelled_out(index)
    expected = np.array(x[index], order="C")
    check("STRIDED_SLICE", [x, *map(Fixed, parameters)], expected, options)


@pytest.mark.parametrize(
    ("begin", "end", "expected"), [([1], [2], [1, 2]), ([-2], [2], [3, 4]), ([-2], [3], [3, 4])]
)
def test_an_end_counted_from_the_begin(begin, end, expected):
    x = np.arange(5, dtype=np.float32)
    parameters = [Fixed(np.int32(part)) for part in (begin, end, [1])]
    runs = ["xnnpack", "reference"] if begin[0] >= 0 else []  # LiteRT reads past the end
    check(
        "STRIDED_SLICE", [x, *parameters], np.float32(expected), {"offset": True}, litert_runs=runs
    )


def run(x, begin, end, strides, options=None):
    inputs = [x, *map(np.int32, (begin, end, strides))]
    model = operator_model("STRIDED_SLICE", inputs, [x], options)
    return Interpreter(model).invoke(**{f"in{i}": v for i, v in enumerate(inputs)})["out0"]


@pytest.mark.parametrize(("begin", "end", "stride"), [(3, 3, 1), (4, 1, 1), (1, 4, -1), (9, 12, 1)])
def test_empty_slices(begin, end, stride):
    assert run(random(1, 5), [begin], [end], [stride]).shape == (0,)


def test_no_stride():
    with pytest.raises(InputError, match="no stride is 0"):
        run(random(1, 5), [0], [1], [0])


def test_different_lengths():
    with pytest.raises(InputError, match="STRIDED_SLICE"):
        run(random(1, 5), [0, 0], [1], [1])


def test_one_element_outside():
    with pytest.raises(ModelError, match="index 5 is out of bounds"):
        run(random(1, 5), [5], [6], [1], {"shrink_axis_mask": 1})


def test_more_entries_than_dimensions():
    with pytest.raises(ModelError, match="too many indices"):
        run(random(1, 5), [0, 0], [1, 1], [1, 1])
