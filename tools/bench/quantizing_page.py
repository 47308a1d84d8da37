"""The page that tells what quantizing takes: a table of what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from tools.bench.quantizing_cost import OURS, THEIRS, Cost, Measurement, Run
from tools.bench.table import NOTHING, markdown, number

MIB = 1 << 20

_TEXT = """# Quantizing: time and memory

Written by `python -m tools.bench.quantizing`: `tflq quantize` with no options (*ours*) beside
litert-quantizer 0.11.0 with `dynamic_wi8_afp32` (*lq*), each in a fresh process, taking turns.

*Quantize* is from file to file, *process* from the start of Python to its end, both in seconds by
the wall clock; *processor* are the seconds of all processors that the process takes. They are
medians of rounds, *ratio* is that of the rounds' ratios, ours over theirs: below 1, ours is
faster. *Peak* is what the model adds to the memory of a process that has quantized a tiny model
before, so that all is imported: MiB, pages of mapped files included; *of the file* is its share of
the float model's size.

Ours compares up to 65 steps for each channel, lq none, and loads compiled kernels once a process,
which *quantize* includes; to import it takes half of what lq takes.
"""
_HEAD = (
    *("model", "MB", "quantize: lq", "ours", "ratio", "process: lq", "ours", "ratio"),
    *("processor: lq", "ours", "ratio"),
    *("peak: lq", "ours", "of the file: lq", "ours", "ratio of sizes: lq", "ours"),
)


def page(measurements: Sequence[Measurement], facts: Mapping[str, str]) -> str:
    """A row for each model, and the facts of the machine."""
    known = ", ".join(f"{name} {value}" for name, value in facts.items())
    return "\n".join([_TEXT, *markdown(_HEAD, [*map(_row, measurements)]), "", f"{known}.", ""])


def _row(measurement: Measurement) -> list[str]:
    """The cells of a model: pairs are theirs and ours."""
    size = measurement.bytes

    def pair(value: Callable[[Cost], float]) -> list[str]:
        costs = (measurement.costs.get(quantizer) for quantizer in (THEIRS, OURS))
        return [NOTHING if cost is None else number(value(cost)) for cost in costs]

    return [
        measurement.model,
        number(size / 1e6),
        *pair(lambda cost: median(run.quantize for run in cost.runs)),
        _ratio(measurement, lambda run: run.quantize),
        *pair(lambda cost: median(run.process for run in cost.runs)),
        _ratio(measurement, lambda run: run.process),
        *pair(lambda cost: median(run.processor for run in cost.runs)),
        _ratio(measurement, lambda run: run.processor),
        *pair(lambda cost: cost.peak / MIB),
        *pair(lambda cost: cost.peak / size),
        *pair(lambda cost: size / cost.written),
    ]


def _ratio(measurement: Measurement, seconds: Callable[[Run], float]) -> str:
    """The median of our time over theirs in a round."""
    theirs = measurement.costs.get(THEIRS)
    if theirs is None:
        return NOTHING
    pairs = zip(measurement.costs[OURS].runs, theirs.runs, strict=True)
    return number(median(seconds(ours) / seconds(other) for ours, other in pairs))
