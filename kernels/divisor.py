"""Divisors that are integers."""

from __future__ import annotations

from kernels.errors import InputError
from kernels.node import Array


def require_divisor(y: Array) -> None:
    """Raises InputError if integers that are divided by hold a 0; floats may."""
    if y.dtype.kind != "f" and not y.all():
        raise InputError(
            "A division by the integer 0.", "Check the input that the divisor comes from."
        )
