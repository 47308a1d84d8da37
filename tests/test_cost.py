"""No shape makes a model allocate, or compute, beyond its limits."""

from __future__ import annotations

import resource

import numpy as np
import pytest

from kernels.cost import STEP
from kernels.errors import TfliteQuantError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.node import NUMERICS
from kernels.operators import OPERATORS
from tests.build_model import single_operator, tensor
from tests.hang import no_hang
from tests.operator_examples import EXAMPLES
from tests.oracle import Fixed, operator_model, random

LIMITS = Limits(tensor_bytes=1 << 20, live_bytes=1 << 22, operations=10**8)
FAR = 2**31 - 1
PEAK_KILOBYTES = 64 << 10
"""How much the memory of the process may grow in a test: far more than LIMITS."""

IMAGE, ROW = random(0, 1, 4, 4, 2), random(0, 1, 4)
WEIGHTS = Fixed(random(1, 2, 3, 3, 2))
STRIDE = {"stride_w": 1, "stride_h": 1}
WINDOW = {**STRIDE, "filter_width": 2, "filter_height": 2}


def ints(*values):
    return Fixed(np.int32(values))


def scalar(value, dtype=np.float32):
    return Fixed(np.asarray(value, dtype))


# operator, inputs, options
HUGE = [
    ("BROADCAST_TO", [ROW, ints(FAR, 4)], {}),
    ("FILL", [ints(FAR, FAR), scalar(1)], {}),
    ("TILE", [ROW, ints(FAR, FAR)], {}),
    ("RANGE", [scalar(0), scalar(1e30), scalar(1)], {}),
    ("RANGE", [scalar(0), scalar(1), scalar(1e-38)], {}),
    ("RESIZE_BILINEAR", [IMAGE, ints(FAR, FAR)], {}),
    ("RESIZE_NEAREST_NEIGHBOR", [IMAGE, ints(FAR, 1)], {}),
    ("PAD", [ROW, Fixed(np.int32([[0, FAR], [FAR, 0]]))], {}),
    ("MIRROR_PAD", [ROW, Fixed(np.int32([[0, FAR], [FAR, 0]]))], {}),
    ("ONE_HOT", [np.int32([1]), scalar(FAR, np.int32), scalar(1), scalar(0)], {"axis": -1}),
    ("RESHAPE", [ROW, ints(FAR, FAR)], {}),
    ("SCATTER_ND", [Fixed(np.int32([[0]])), random(0, 1), ints(FAR)], {}),
    ("SPACE_TO_BATCH_ND", [IMAGE, ints(1, 1), Fixed(np.int32([[FAR, 0], [0, FAR]]))], {}),
    ("CONV_2D", [IMAGE, WEIGHTS, None], {**STRIDE, "dilation_w_factor": FAR}),
    ("CONV_2D", [IMAGE, WEIGHTS, None], {**STRIDE, "dilation_h_factor": FAR}),
    ("DEPTHWISE_CONV_2D", [IMAGE, Fixed(random(1, 1, 3, 3, 2)), None],
     {**STRIDE, "dilation_h_factor": FAR}),
    ("AVERAGE_POOL_2D", [IMAGE], {**WINDOW, "filter_width": FAR}),
    ("MAX_POOL_2D", [IMAGE], {**WINDOW, "filter_height": FAR}),
    ("MAX_POOL_2D", [IMAGE], {**WINDOW, "filter_height": 40_000, "filter_width": 2}),
    ("TRANSPOSE_CONV", [ints(1, FAR, FAR, 2), WEIGHTS, IMAGE], STRIDE),
    ("TRANSPOSE_CONV", [ints(1, 4, 4, 2), WEIGHTS, IMAGE],
     {"stride_h": FAR, "stride_w": FAR, "padding": "VALID"}),
    ("GATHER", [random(0, 1, 9, 999), np.zeros(9999, np.int32)], {"axis": 1}),
    ("GATHER_ND", [random(0, 1, 9999), np.zeros((9999, 1), np.int32)], {}),
    ("EMBEDDING_LOOKUP", [np.zeros(9999, np.int32), random(0, 1, 9999)], {}),
    ("BATCH_MATMUL", [random(0, 9999, 1), random(1, 1, 9999)], {}),
    ("FULLY_CONNECTED", [random(0, 9999, 1), Fixed(random(1, 9999, 1)), None], {}),
    ("SELECT", [np.zeros(9999, bool), random(0, 1, 9999), random(1, 1, 9999)], {}),
    ("ADD", [random(0, 9999, 1), random(1, 1, 9999)], {}),
    ("MATRIX_DIAG", [random(0, 99, 999)], {}),
    ("DILATE", [ROW, ints(FAR, FAR), scalar(0)], {}),
    ("UNSORTED_SEGMENT_SUM", [random(0, 1), ints(0), scalar(FAR, np.int32)], {}),
    ("RANDOM_UNIFORM", [ints(FAR, FAR)], {}),
    ("LOCAL_RESPONSE_NORMALIZATION", [random(0, 1, 1, 9, 9999)],
     {"radius": FAR, "bias": 1.0, "alpha": 1.0, "beta": 1.0}),
]  # fmt: skip


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("case", range(len(HUGE)), ids=lambda i: f"{HUGE[i][0]}-{i}")
def test_it_ends_soon_and_allocates_little(case, numerics):
    operator, inputs, options = HUGE[case]
    outputs = [np.zeros((1,), np.float32)]
    model = operator_model(operator, inputs, outputs, options)
    fed = {f"in{i}": v for i, v in enumerate(inputs) if isinstance(v, np.ndarray)}
    interpreter = Interpreter(model, numerics, LIMITS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with no_hang(), pytest.raises(TfliteQuantError) as caught:
        interpreter.invoke(**fed)
    assert not isinstance(caught.value.__cause__, MemoryError)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < PEAK_KILOBYTES


@pytest.mark.parametrize("operator", sorted(EXAMPLES))
def test_good_models_stay_far_within_the_defaults(operator):
    example = EXAMPLES[operator]
    if operator == "DEQUANTIZE":
        pytest.skip("its input is not an array here")
    Interpreter(example.model(operator), limits=Limits(operations=100 * STEP)).invoke(
        **example.fed()
    )


@pytest.mark.parametrize("operator", [name for name, facts in OPERATORS.items() if facts.cost])
def test_every_cost_is_of_an_operator_with_an_example(operator):
    assert OPERATORS[operator].kernel
    assert operator in EXAMPLES


def test_multiply_adds_are_counted():
    """2 x 3 by 3 x 4: 24 multiply-adds; 6 and 12 elements in, 8 out; one turn each."""
    x, w, y = tensor("x", (2, 3)), tensor("w", (3, 4)), tensor("y", (2, 4))
    model = single_operator("BATCH_MATMUL", [x, w], [y], {})
    fed = {"x": random(0, 2, 3), "w": random(1, 3, 4)}
    expected = 2 * STEP + 24 + 6 + 12 + 8
    Interpreter(model, limits=Limits(operations=expected)).invoke(**fed)
    with pytest.raises(TfliteQuantError, match=f"the limit is {expected - 1}"):
        Interpreter(model, limits=Limits(operations=expected - 1)).invoke(**fed)
