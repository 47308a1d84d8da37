"""A product and the ADD that follows it, as instructions: what is added is read when an output is
made, not when all are, as the shortcuts of residual networks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels.activation import activation_bounds
from kernels.errors import ModelError
from kernels.flat.instruction import Lower, Lowered, LowerTwo
from kernels.flat.lower_convolution import convolution as lower_convolution
from kernels.flat.lower_fully_connected import fully_connected as lower_fully_connected
from kernels.flat.multiply import with_addend
from kernels.flat.value import Source, Value
from kernels.node import Node


def _sum_of(lower: Lower) -> LowerTwo:
    """Of what ``lower`` makes of the first operator and a value of the same shape."""

    def lower_both(
        first: Node,
        add: Node,
        first_inputs: Sequence[Source | None],
        inputs: Sequence[Source | None],
    ) -> Lowered | None:
        product = lower(first, first_inputs)
        addend = next((x for x in inputs if isinstance(x, Value)), None)
        if product is None or addend is None:
            return None
        output = product.outputs[0]
        alike = (output.shape, output.dtype) == (addend.shape, addend.dtype)
        if not isinstance(output, Value) or output.dtype != np.float32 or not alike:
            return None
        try:
            bounds = activation_bounds(add.options.fused_activation_function)
        except ModelError:
            return None  # the plain kernel says what is wrong
        code = with_addend(product.instructions, output, addend, bounds)
        return None if code is None else Lowered((output,), code)

    return lower_both


convolution = _sum_of(lower_convolution)
fully_connected = _sum_of(lower_fully_connected)
