"""Measures LiteRT on single operators and writes ``kernels/device_rates.py``.

``python -m tools.device_costs -o kernels/device_rates.py`` times every operator that takes int8
weights, float, hybrid and with its weights dequantized at load, on each target runtime that LiteRT
has, by the time of one thread on a processor; the three take turns. The rates are the non-negative
ones with the least squared relative error. It takes some minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from kernels.int8 import (
    DEQUANTIZE,
    FLOAT,
    INT8,
    LITERT,
    LITERT_BUILTIN,
    REFERENCE,
)
from kernels.latency import OTHER_OPERATORS, Rates, Work
from kernels.model import Model
from kernels.output_file import write_text
from kernels.tflite.writer import model_bytes
from quant.apply import apply_plan
from quant.operator_latency import kind, work
from quant.plan import Entry, Plan, plan_model
from quant.recipe import Recipe
from tools import command, litert
from tools.bench.device_model import DeviceModel
from tools.bench.device_models import device_models, elementwise
from tools.bench.timing import CPU, Call, interleaved

_RESOLVERS = {
    LITERT: "AUTO",
    LITERT_BUILTIN: "BUILTIN_WITHOUT_DEFAULT_DELEGATES",
    REFERENCE: "BUILTIN_REF",
}
_SLOW_TARGETS = frozenset({REFERENCE})
_MOST_SLOW_OPERATIONS = 3_000_000
"""A slow target is not measured on larger models: its time is proportional by then."""
_SECONDS = 0.08
_LEAST_NANOSECONDS = 100.0
"""Differences below it are noise: one call more or less into Python."""
_HEAD = '''"""What a device takes for an operator: written by ``python -m tools.device_costs``.

LiteRT {version}, one thread, x86-64 with AVX-512 VNNI.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kernels.latency import Rates

RATES: Mapping[str, Mapping[str, Mapping[str, Rates]]] = MappingProxyType(
    {{
'''
_TAIL = '''    }
)
"""Target runtime -> operator -> how its weights are delivered (``kernels.int8``) -> rates."""
'''

Sample = tuple[Work, float]
"""The work of a run and its nanoseconds."""


def variants(model: Model, target: str) -> dict[str, bytes]:
    """Delivery -> file, of the float model and of every delivery that its operator knows."""
    files = {FLOAT: model_bytes(model)}
    # Planned for the runtime that has most hybrid kernels, so that all of them are measured.
    plan = plan_model(model, Recipe(target_runtime=REFERENCE, min_elements=1))
    if not any(_is_integer(entry) for entry in plan.constants):
        return files
    name = model.subgraphs[0].operators[0].name
    for delivery in {INT8[name].use[target], INT8[name].use[REFERENCE], DEQUANTIZE}:
        files[delivery] = model_bytes(apply_plan(model, delivered(plan, delivery)))
    return files


def delivered(plan: Plan, delivery: str) -> Plan:
    """The plan with all integer weights delivered so."""
    constants = [
        replace(e, consumers=tuple(replace(c, delivery=delivery) for c in e.consumers))
        if _is_integer(e)
        else e
        for e in plan.constants
    ]
    return replace(plan, constants=tuple(constants))


def _is_integer(entry: Entry) -> bool:
    return entry.encoding is not None and entry.encoding.is_integer


def started(content: bytes, target: str) -> Call | None:
    """What runs the model once, None if LiteRT refuses it."""
    module = litert.module()
    resolver = getattr(module.OpResolverType, _RESOLVERS[target])
    try:
        running = module.Interpreter(
            model_content=content, num_threads=1, experimental_op_resolver_type=resolver
        )
        running.allocate_tensors()
        generator = np.random.default_rng(0)
        for detail in running.get_input_details():
            value = generator.normal(size=detail["shape"])
            is_index = detail["dtype"] != np.float32
            running.set_tensor(
                detail["index"], (np.abs(value) if is_index else value).astype(detail["dtype"])
            )
        running.invoke()
    except (RuntimeError, ValueError):
        return None
    return running.invoke  # type: ignore[no-any-return]


def nanoseconds(model: Model, target: str) -> dict[str, float]:
    """Delivery -> time of a run beyond that of a model that does nothing."""
    files: dict[str, bytes] = variants(model, target)
    files["idle"] = model_bytes(elementwise("RELU", 1).model)
    calls = {key: call for key, content in files.items() if (call := started(content, target))}
    taken = {key: 1e9 * median(times) for key, times in interleaved(calls, CPU, _SECONDS).items()}
    idle = taken.pop("idle")
    return {key: max(_LEAST_NANOSECONDS, time - idle) for key, time in taken.items()}


def fitted(samples: Sequence[Sample]) -> Rates:
    """The non-negative rates with the least squared relative error."""
    rows = np.array([(1, *astuple(each)) for each, _ in samples], np.float64)
    times = np.array([time for _, time in samples], np.float64)
    return Rates(*(float(f"{rate:.3g}") for rate in _non_negative(rows / times[:, None])))


def _non_negative(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """x >= 0 with the least ``|rows x - 1|``: what comes out negative is left out, one by one."""
    used = [i for i in range(rows.shape[1]) if rows[:, i].any()]
    while True:
        found = np.zeros(rows.shape[1])
        scale = np.abs(rows[:, used]).max(axis=0)
        solution = np.linalg.lstsq(rows[:, used] / scale, np.ones(len(rows)), rcond=1e-9)[0]
        found[used] = solution / scale
        if np.all(found >= 0):
            return found
        used.remove(int(used[int(np.argmin(solution))]))


def measured(models: Sequence[DeviceModel], target: str) -> dict[str, dict[str, list[Sample]]]:
    """Operator -> delivery -> samples."""
    samples: dict[str, dict[str, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for each in models:
        if target in _SLOW_TARGETS and each.multiply_adds > _MOST_SLOW_OPERATIONS:
            continue
        subgraph = each.model.subgraphs[0]
        operator = subgraph.operators[0]
        done = work(each.model, subgraph, operator)
        name = kind(subgraph, operator) if operator.name in INT8 else OTHER_OPERATORS
        times = nanoseconds(each.model, target)
        click.echo(f"{target} {each.operator} {astuple(done)} {_told(times)}")
        for delivery, time in times.items():
            samples[name][delivery].append((done, time))
    return samples


def _told(times: Mapping[str, float]) -> str:
    return ", ".join(f"{key} {time / 1000:.4g} us" for key, time in times.items())


def source(rates: Mapping[str, Mapping[str, Mapping[str, Rates]]], version: str) -> str:
    """The text of the module."""
    lines = [_HEAD.format(version=version)]
    for target, operators in rates.items():
        lines.append(f'        "{target}": {{\n')
        for operator, deliveries in sorted(operators.items()):
            lines.append(f'            "{operator}": {{\n')
            lines += [
                f'                "{delivery}": Rates{astuple(rate)},\n'
                for delivery, rate in sorted(deliveries.items())
            ]
            lines.append("            },\n")
        lines.append("        },\n")
    return "".join([*lines, _TAIL])


@click.command("device-costs", context_settings=command.OPTIONS_WITH_UNDERSCORES)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The module to write.")
@click.option("--only", multiple=True, help="Measure this operator only; repeatable.")
def device_costs(output: Path | None, only: tuple[str, ...]) -> None:
    """Measure LiteRT's operators and write their rates."""
    models = [each for each in device_models() if not only or each.operator in only]
    rates: dict[str, Any] = {}
    for target in _RESOLVERS:
        samples = measured(models, target)
        rates[target] = {
            operator: {delivery: fitted(found) for delivery, found in deliveries.items()}
            for operator, deliveries in samples.items()
        }
    text = source(rates, litert.version() or "")
    if output is None:
        click.echo(text)
    else:
        write_text(output, text)


def main(argv: list[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    return command.run(device_costs, argv)


if __name__ == "__main__":
    raise SystemExit(main())
