"""Fused activation functions: what an operator applies to its own result.

Codes are the schema's ActivationFunctionType. NaN stays NaN.
Source: ``tflite/kernels/internal/reference/reference_ops.h`` and ``kernels/kernel_util.h``
(``CalculateActivationRange``) of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kernels.errors import ModelError
from kernels.node import Array
from kernels.transcendental import tanh

NONE, RELU, RELU_N1_TO_1, RELU6, TANH, SIGN_BIT = range(6)

Activation = Callable[[Array], Array]

CLAMPS = {
    NONE: (-np.inf, np.inf),
    RELU: (0.0, np.inf),
    RELU_N1_TO_1: (-1.0, 1.0),
    RELU6: (0.0, 6.0),
}
"""Code of a fused activation that clamps -> its interval."""


def activation_bounds(code: int) -> tuple[float, float]:
    """The interval to which activation ``code`` clamps; infinite where it does not.

    Raises ModelError for tanh and sign_bit, which are no clamps, and for unknown codes.
    """
    if code not in CLAMPS:
        raise ModelError(
            f"Fused activation {code} is not a clamp; this operator takes only none (0), "
            "relu (1), relu_n1_to_1 (2) and relu6 (3).",
            "Convert the model again with the activation as an operator of its own.",
        )
    return CLAMPS[code]


def fused_activation(code: int) -> Activation:
    """The function of activation ``code``: an array to an array of its shape and dtype.

    Raises ModelError for a code that the schema does not have.
    """
    if code == NONE:
        return _identity
    if code == TANH:
        return tanh
    if code == SIGN_BIT:
        return _sign_bit
    return _clamp(*activation_bounds(code))


def fused_clamp(code: int) -> Activation:
    """``fused_activation`` for the operators whose kernels only clamp.

    Raises ModelError for tanh, sign_bit and unknown codes.
    """
    activation_bounds(code)
    return fused_activation(code)


def _identity(x: Array) -> Array:
    return x


def _sign_bit(x: Array) -> Array:
    return np.signbit(x).astype(x.dtype)


def _clamp(low: float, high: float) -> Activation:
    """Clamps; an infinite bound is left out, so that integers stay integers."""

    def clamp(x: Array) -> Array:
        above: Array = np.maximum(x, x.dtype.type(low))
        return above if high == np.inf else np.minimum(above, x.dtype.type(high))

    return clamp
