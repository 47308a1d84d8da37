"""Operands that may be float16 where no kernel takes integers."""

import pytest

from kernels.half import HALF, takes_half
from kernels.operators import OPERATORS


@pytest.mark.parametrize(
    ("operator", "operand", "expected"),
    [
        ("ADD", 0, True),
        ("ADD", 1, True),
        ("MUL", 2, False),
        ("WHILE", 7, True),
        ("CONV_2D", 2, False),
        ("no operator", 0, False),
    ],
)
def test_takes_half(operator, operand, expected):
    assert takes_half(operator, operand) is expected


def test_operators_are_known_and_take_no_integers():
    assert all(OPERATORS[name].int8 is None for name in HALF)
