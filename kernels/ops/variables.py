"""Variables that outlive an invocation: VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE.

A RESOURCE tensor holds the number of a variable in the interpreter's state.
Source: ``tflite/kernels/{var_handle,read_variable,assign_variable}.cc`` of
google-ai-edge/LiteRT.
"""

from __future__ import annotations

import numpy as np

from kernels.errors import ModelError
from kernels.node import Array, Node, Run
from kernels.state import HANDLE_DTYPE


def var_handle(node: Node) -> Run:
    """The handle of the variable that the options name."""
    number = node.state.handle(_text(node.options.container), _text(node.options.shared_name))
    handle = np.array(number, dtype=HANDLE_DTYPE)

    def run() -> tuple[Array, ...]:
        return (handle,)

    return run


def _text(value: str | bytes | None) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value or ""


def read_variable(node: Node) -> Run:
    """The value that was assigned last."""

    def run(handle: Array) -> tuple[Array, ...]:
        value = node.state.resources.get(_number(handle))
        if value is None:
            raise ModelError(
                "READ_VARIABLE reads a variable that has no value yet.",
                "Invoke first the signature that assigns it; convert the model with its "
                "initializer, or with variables frozen.",
            )
        return (value,)

    return run


def assign_variable(node: Node) -> Run:
    """Keeps a copy of the second input."""

    def run(handle: Array, value: Array) -> tuple[Array, ...]:
        node.state.assign(_number(handle), value)
        return ()

    return run


def _number(handle: Array) -> int:
    if handle.size != 1:
        raise ModelError(
            f"A variable's handle has shape {handle.shape}.",
            "A handle is one number; the file may be damaged: convert the model again.",
        )
    return int(handle.item())
