"""Weights side by side, and what multiplies rows with them."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.flat.accumulate import accumulated, coded_rows, joined_weights
from kernels.flat.assembly import allocate
from kernels.flat.segment import make_segment
from kernels.flat.team import Team
from kernels.flat.value import Block, Value, new_value
from kernels.isa import CHOICE
from kernels.meter import Meter
from kernels.model import Quantization, Tensor
from kernels.node import Operand
from kernels.weight import WeightMatrix, accumulate, activation_rows
from tests.plain_and_flat import assert_same_bits
from tests.tiles import USABLE


def floats(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def operand(values, scale=None):
    kind = {"float32": "FLOAT32", "int8": "INT8", "int16": "INT16"}[values.dtype.name]
    quantization = scale and Quantization(scale=tuple(scale), zero_point=(0,) * len(scale))
    return Operand(Tensor("w", kind, values.shape, quantization=quantization), values)


def codes(*shape):
    return np.random.default_rng(1).integers(-127, 128, shape).astype(np.int8)


def test_columns_of_all_parts():
    parts = [codes(3, 5), codes(4, 5)]
    joined = joined_weights([operand(parts[0], [0.5]), operand(parts[1], [1, 2, 3, 4])], parts)
    assert (joined.depth, joined.widths, joined.columns) == (5, (3, 4), 7)
    assert joined.scales.tolist() == [0.5, 0.5, 0.5, 1, 2, 3, 4]
    assert joined.sums.tolist() == np.concatenate(parts).sum(axis=1, dtype=int).tolist()


UNFIT = {
    "none": [],
    "computed": [floats(3, 5), Value(Block(60), (3, 5), np.dtype(np.float32))],
    "absent": [floats(3, 5), None],
    "depth": [floats(3, 5), floats(3, 4)],
    "types": [floats(3, 5), codes(3, 5)],
    "rank": [floats(3)],
    "no rows": [floats(0, 5)],
    "no depth": [floats(3, 0)],
    "int16": [codes(3, 5).astype(np.int16)],
    "long": [codes(1, 70_000)],
}


@pytest.mark.parametrize("parts", UNFIT.values(), ids=UNFIT)
def test_weights_that_are_left_to_kernels(parts):
    operands = [operand(part, [1]) if isinstance(part, np.ndarray) else None for part in parts]
    assert joined_weights(operands, parts) is None


def test_scales_that_do_not_fit_and_no_scale():
    assert joined_weights([operand(codes(3, 5), [1, 2])], [codes(3, 5)]) is None
    with pytest.raises(ModelError, match="no scale"):
        joined_weights([operand(codes(3, 5))], [codes(3, 5)])


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("start", [(40,), (6, 40)])
@pytest.mark.parametrize("isa", USABLE)
def test_the_sum_is_the_plain_one(isa, start, hybrid, monkeypatch):
    monkeypatch.setenv(CHOICE, isa)
    rows, begun = floats(6, 33, seed=2), floats(*start, seed=3)
    parts = [codes(8, 33), codes(32, 33)] if hybrid else [floats(8, 33), floats(32, 33, seed=1)]
    operands = [operand(part, [0.5 + i] if hybrid else None) for i, part in enumerate(parts)]
    weights = joined_weights(operands, parts)
    x, y = Value(Block(rows.nbytes), rows.shape, rows.dtype), new_value((6, 40), np.float32)
    coded, encoding = coded_rows(x, 6, 33, hybrid, asymmetric=True)
    code = [*encoding, *accumulated(coded, weights, begun, y)]
    segment = make_segment(code, ["Operator 0 (TEST)"] * len(code), {x.block: 0}, {1: y}, 1, 0)
    made = segment.run({0: rows}, Meter(), allocate(segment.size), Team(2))[1]
    scale = np.repeat(np.float32([0.5, 1.5]), [8, 32]) if hybrid else np.ones(1, np.float32)
    whole = WeightMatrix(np.ascontiguousarray(np.concatenate(parts).T, np.float32), scale)
    assert_same_bits(made, accumulate(begun, activation_rows(hybrid, True)(rows), whole))
