"""``tflq run``: one invocation of any model, and how far it is from LiteRT's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import click
import numpy as np

from kernels.constant import DTYPES
from kernels.errors import InputError
from kernels.interpreter import Interpreter
from kernels.model import Signature, Tensor
from kernels.node import Array
from tools import command
from tools.run_comparison import Comparison

_MOST_INDEX = 10
"""Random int32 and int64 are below it: they are indices more often than not."""
_LAYER_TOLERANCE = 1e-5


@click.command("run", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--input", "given", type=click.Path(path_type=Path), help="Inputs by name, an .npz.")
@click.option("--seed", default=0, help="Of random inputs.", show_default=True)
@click.option("--signature", help="The signature to run.")
@click.option("--numerics", default="xnnpack", help="xnnpack or reference.", show_default=True)
@click.option("--compare", type=click.Choice(["litert"]), help="Compares with LiteRT.")
@click.option("--layers", is_flag=True, help="Names the first operator that departs.")
@click.option("--json", "as_json", is_flag=True, help="Prints JSON.")
def run_command(
    model: Path,
    given: Path | None,
    seed: int,
    signature: str | None,
    numerics: str,
    compare: str | None,
    layers: bool,
    as_json: bool,
) -> None:
    """Run MODEL, a .tflite, on given or random inputs."""
    interpreter = Interpreter(model, numerics)
    called = interpreter.signature(signature)
    inputs = read_inputs(given) if given else random_inputs(interpreter, called, seed)
    outputs = interpreter.invoke(called.key, **inputs)
    result: dict[str, Any] = {"outputs": {name: _summary(v) for name, v in outputs.items()}}
    if compare or layers:
        interpreter.reset()
        compared = Comparison(interpreter, called, model.read_bytes(), inputs, numerics)
        for name, apart in compared.outputs(outputs).items():
            result["outputs"][name]["max_difference"] = apart
        if layers:
            departure = compared.first_departure(_LAYER_TOLERANCE)
            result["first_departure"] = None if departure is None else asdict(departure)
    click.echo(json.dumps(result, indent=2) if as_json else "\n".join(_lines(result)))


def read_inputs(path: Path) -> dict[str, Array]:
    """The arrays of an ``.npz`` by name. Raises InputError where it is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, AttributeError, BadZipFile) as error:
        raise InputError(
            f"{path} holds no inputs: {error}.",
            "Write it with numpy.savez(path, input_name=array).",
        ) from error


def random_inputs(interpreter: Interpreter, called: Signature, seed: int) -> dict[str, Array]:
    """Inputs of the declared shapes: normal floats, integers of the whole range, small indices.

    Raises InputError for a type that has no random values, such as strings.
    """
    rng = np.random.default_rng(seed)
    tensors = interpreter.model.subgraphs[called.subgraph].tensors
    return {name: _random(rng, name, tensors[index]) for name, index in called.inputs.items()}


def _random(rng: np.random.Generator, name: str, tensor: Tensor) -> Array:
    dtype = DTYPES.get(tensor.type)
    if dtype is None or dtype.kind not in "fciub":
        raise InputError(
            f"Input '{name}' is {tensor.type}, which has no random values.",
            "Give the inputs: --input FILE.npz.",
        )
    if dtype.kind == "b":
        return rng.integers(0, 2, tensor.shape).astype(dtype)
    if dtype.kind in "fc":
        return rng.normal(size=tensor.shape).astype(dtype)
    limits = np.iinfo(dtype)
    low, high = (limits.min, limits.max + 1) if dtype.itemsize <= 2 else (0, _MOST_INDEX)
    return rng.integers(low, high, tensor.shape).astype(dtype)


def _summary(value: Array) -> dict[str, Any]:
    summary: dict[str, Any] = {"type": str(value.dtype), "shape": list(value.shape)}
    if value.size and value.dtype.kind in "fiu":
        numbers = {"min": value.min(), "max": value.max(), "mean": value.mean(dtype=np.float64)}
        summary |= {name: float(number) for name, number in numbers.items()}
    return summary


def _lines(result: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, summary in result["outputs"].items():
        numbers = [f"{key} {summary[key]:g}" for key in ("min", "max", "mean") if key in summary]
        shape = f"{summary['type']}{summary['shape']}"
        lines.append(f"{name}  {shape}  " + "  ".join(numbers))
        if "max_difference" in summary:
            lines.append(f"  differs from LiteRT by at most {summary['max_difference']:g}")
    if "first_departure" in result:
        lines.append(_told(result["first_departure"]))
    return lines


def _told(departure: Mapping[str, Any] | None) -> str:
    if departure is None:
        return f"no operator departs by more than {_LAYER_TOLERANCE:g} of its largest value"
    return (
        f"first operator that departs: {departure['operator']} ({departure['name']}), "
        f"tensor '{departure['tensor']}', by {departure['difference']:g}"
    )


def main(argv: list[str] | None = None) -> int:
    """Runs ``tflq run``; returns the exit code."""
    return command.run(run_command, argv)


if __name__ == "__main__":
    raise SystemExit(main())
