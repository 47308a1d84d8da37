"""The int8 half of the operator table: consistent with itself and with the schema."""

import pytest

from kernels.int8 import DEQUANTIZE, FLOAT, HYBRID, INT8, PASS_THROUGH, TARGET_RUNTIMES
from kernels.operators import OPERATORS
from kernels.tflite.schema import ENUMS, OPTIONS, TABLES

HOW = {HYBRID, DEQUANTIZE, PASS_THROUGH, FLOAT}


def option_names(operator):
    return (
        {field.name for field in TABLES[OPTIONS[operator]].fields} if OPTIONS[operator] else set()
    )


@pytest.mark.parametrize("operator", INT8)
def test_facts_of_an_operator(operator):
    facts = INT8[operator]
    operands = [weight.operand for weight in facts.weights]
    assert operator in ENUMS["BuiltinOperator"]
    assert OPERATORS[operator].int8 is facts
    assert set(facts.use) == set(TARGET_RUNTIMES)
    assert set(facts.use.values()) <= HOW
    assert len(set(operands)) == len(operands)
    assert not set(operands) & set(facts.biases)
    assert set(facts.requires) <= option_names(operator)
    for caution in facts.cautions:
        assert (caution.absent is None) != (caution.above_rank is None)
        assert caution.targets <= set(TARGET_RUNTIMES)


@pytest.mark.parametrize("operator", INT8)
def test_asymmetric_where_the_options_have_the_field(operator):
    assert INT8[operator].asymmetric == ("asymmetric_quantize_inputs" in option_names(operator))


@pytest.mark.parametrize("operator", INT8)
def test_what_reads_int8_has_a_version_for_it(operator):
    facts = INT8[operator]
    reads = {HYBRID, PASS_THROUGH} & set(facts.use.values())
    assert bool(reads) == (facts.version is not None)
    for version in filter(None, (facts.version, facts.per_channel, facts.grouped)):
        assert version.number > 1
        assert all(part.isdecimal() for part in version.runtime.split("."))
