"""The facts on integer operators: each, quantized by ranges, computes nearly what the float one
does, and what LiteRT computes, to the last integer."""

import numpy as np
import pytest

from kernels.integer import INTEGER
from kernels.operators import OPERATORS
from tests.integer.operator_models import SCHEMES, as_given, named, observed, outputs_of, quantized
from tests.oracle import litert

TOLERANCE = {"INT8": 0.05, "INT16": 0.02}
"""Of the largest difference, as a fraction of the output's range."""
COARSE = {"RSQRT": 0.2}
"""Where small operands are few codes from 0."""
EACH = 2
FORMS = [(name, kind) for name, facts in sorted(INTEGER.items()) for kind in facts.versions]


@pytest.mark.parametrize(("operator", "element_type"), FORMS)
def test_the_integer_form_is_near_the_float_one_and_equals_litert(operator, element_type):
    found = 0
    for model, feed, ranges in observed(operator):
        integer = quantized(model, ranges, element_type)
        inputs = as_given(integer, named(model, feed))
        got, want = outputs_of(integer, inputs), outputs_of(model, named(model, feed))
        for index, ours, real in zip(integer.subgraphs[0].outputs, got, want, strict=True):
            if real.dtype == np.float32:
                tensor = integer.subgraphs[0].tensors[index]
                span = max(np.ptp(real), np.abs(real).max(), 1e-6)
                limit = COARSE.get(operator, TOLERANCE[element_type])
                assert np.abs(real_values(tensor, ours) - real).max() <= limit * span
        for theirs, ours in zip(litert(integer, inputs), got, strict=True):
            np.testing.assert_array_equal(theirs, ours)
        found += 1
        if found == EACH:
            return
    assert found


def real_values(tensor, values):
    if tensor.type not in SCHEMES:
        return values.astype(np.float64)
    (scale,), (zero,) = tensor.quantization.scale, tensor.quantization.zero_point
    return (values.astype(np.float64) - zero) * scale


def test_every_integer_operator_is_one_of_the_table_with_a_kernel():
    assert all(OPERATORS[name].kernel is not None for name in INTEGER)
    assert all(OPERATORS[name].integer is facts for name, facts in INTEGER.items())


def test_what_tflite_micro_takes_has_a_version():
    assert all(set(facts.micro) <= set(facts.versions) for facts in INTEGER.values())
