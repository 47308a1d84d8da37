"""One run of a model, frozen: what went in and what came out, in an ``.npz``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, Array
from kernels.output_file import replacing
from tools.run import read_inputs

_SIGNATURE, _NUMERICS = "signature", "numerics"
_INPUTS, _OUTPUTS = "inputs/", "outputs/"


@dataclass(frozen=True)
class FrozenRun:
    """Inputs and outputs by name, with the signature and the numerics that gave them."""

    signature: str
    numerics: str
    inputs: Mapping[str, Array]
    outputs: Mapping[str, Array]


@dataclass(frozen=True)
class Difference:
    """How far an output is from the frozen one.

    ``share``: the largest difference over the largest finite magnitude in the frozen output;
    None where there is no such number, and ``problem`` says why.
    """

    name: str
    share: float | None
    problem: str = ""


def freeze(interpreter: Interpreter, signature: str, inputs: Mapping[str, Array]) -> FrozenRun:
    """Runs the model. Raises what ``Interpreter.invoke`` raises."""
    outputs = interpreter.invoke(signature, **inputs)
    return FrozenRun(signature, interpreter.numerics, dict(inputs), outputs)


def write_frozen_run(path: Path, run: FrozenRun) -> None:
    """Writes the ``.npz``. Raises InputError where a tensor holds strings."""
    named = {_INPUTS + name: value for name, value in run.inputs.items()}
    named |= {_OUTPUTS + name: value for name, value in run.outputs.items()}
    strings = [name for name, value in named.items() if value.dtype.hasobject]
    if strings:
        raise InputError(f"{strings[0]} holds strings.", "Numbers only can be frozen.")
    facts = {_SIGNATURE: np.array(run.signature), _NUMERICS: np.array(run.numerics)}
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez(file, allow_pickle=False, **facts, **named)


def read_frozen_run(path: Path) -> FrozenRun:
    """Raises InputError where the file is not one that ``write_frozen_run`` wrote."""
    arrays = read_inputs(path)
    numerics = str(arrays.get(_NUMERICS, ""))
    if _SIGNATURE not in arrays or numerics not in NUMERICS:
        raise InputError(f"{path} holds no frozen run.", "Write it with tflq golden.")
    inputs, outputs = (_below(arrays, folder) for folder in (_INPUTS, _OUTPUTS))
    return FrozenRun(str(arrays[_SIGNATURE]), numerics, inputs, outputs)


def _below(arrays: Mapping[str, Array], folder: str) -> dict[str, Array]:
    return {
        name.removeprefix(folder): value
        for name, value in arrays.items()
        if name.startswith(folder)
    }


def differences(frozen: Mapping[str, Array], found: Mapping[str, Array]) -> list[Difference]:
    """One for every output that either of the two has, in the order of their names."""
    return [
        _difference(name, frozen.get(name), found.get(name)) for name in sorted({*frozen, *found})
    ]


def _difference(name: str, frozen: Array | None, found: Array | None) -> Difference:
    if frozen is None or found is None:
        return Difference(name, None, "is new" if frozen is None else "is gone")
    if (frozen.dtype, frozen.shape) != (found.dtype, found.shape):
        was, now = (f"{array.dtype}{list(array.shape)}" for array in (frozen, found))
        return Difference(name, None, f"was {was}, and is {now}")
    same = (frozen == found) | ((frozen != frozen) & (found != found))
    if same.all():
        return Difference(name, 0.0)
    was, now = (array[~same].astype(np.complex128) for array in (frozen, found))
    with np.errstate(invalid="ignore"):
        largest = np.abs(now - was).max()
    magnitudes = np.abs(frozen.astype(np.complex128))
    peak = magnitudes[np.isfinite(magnitudes)].max(initial=0.0)
    if not np.isfinite(largest) or peak == 0:
        return Difference(name, None, "differs where a value is not finite, or all were 0")
    return Difference(name, float(largest / peak))
